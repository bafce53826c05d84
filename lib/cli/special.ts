/** The two commands that are more than one operation: the server, and the conversation. */
import { CHAT_HELP } from '#workflows/chat-cli/repl.ts'
import { VERSION } from '../version.ts'

export interface SpecialCommand {
  name: string
  usage: string
  title: string
  help: string
  run(words: readonly string[], json: boolean): Promise<number>
}

export const SPECIAL_COMMANDS: readonly SpecialCommand[] = [
  {
    name: 'serve',
    usage: 'serve',
    title: 'Start the server and the pages',
    help: [
      `Usage: hwc-ai serve`,
      '',
      `Starts hwc-ai ${VERSION} in the foreground. Settings come from HWC_AI_CONFIG, the environment and the admin.`,
      'HWC_AI_HOST and HWC_AI_PORT say where it listens, HWC_AI_STATE where it keeps its state.',
    ].join('\n'),
    async run() {
      const { runServer } = await import('../server/main.ts')
      await runServer()
      return Number(process.exitCode ?? 0)
    },
  },
  {
    name: 'chat',
    usage: 'chat [MESSAGE]',
    title: 'Talk with a local model, or ask once',
    help: CHAT_HELP,
    async run(words, json) {
      const { runChat } = await import('./chat.ts')
      return runChat(words, json)
    },
  },
]
