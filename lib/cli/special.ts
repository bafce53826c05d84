/** The commands that are more than one operation: the server, the conversation, and the server of tools. */
import { CHAT_HELP } from '#workflows/chat-cli/repl.ts'
import { AppError } from '../errors/index.ts'
import { VERSION } from '../version.ts'

export interface SpecialCommand {
  /** One word or several. */
  name: string
  usage: string
  title: string
  help: string
  run(words: readonly string[], json: boolean): Promise<number>
}

/** @throws AppError `invalid-input` when a command that takes no words is given some */
function takesNothing(command: string, words: readonly string[]): void {
  const [first] = words
  if (first === undefined) return
  throw new AppError('invalid-input', `hwc-ai ${command} takes no words or flags: ${first}`, {
    hint: `hwc-ai ${command} --help says how it is set up.`,
  })
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
    async run(words) {
      takesNothing('serve', words)
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
  {
    name: 'mcp serve',
    usage: 'mcp serve',
    title: 'Serve the workflows to an MCP client on standard input and output',
    help: [
      'Usage: hwc-ai mcp serve',
      '',
      'Speaks the Model Context Protocol on standard input and output, for programs that start their tool servers',
      'themselves. Needs no server. Models may plan, run and apply workflows in the allowed folders; every call is recorded.',
      'Over HTTP the same is at /mcp/workflows of the server, with an API key.',
      '',
      'In the configuration of a client: {"command": "hwc-ai", "args": ["mcp", "serve"]}. Without "serve" it does the same,',
      'unless a person asks at a terminal.',
    ].join('\n'),
    async run(words) {
      takesNothing('mcp serve', words)
      const { runMcp } = await import('./mcp.ts')
      return runMcp()
    },
  },
]
