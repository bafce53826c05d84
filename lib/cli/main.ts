/** The command line: every command is an operation of the registry, run on the same core and store as the server. */
import { LOCAL_PRINCIPAL } from '../auth/index.ts'
import { createCore } from '../core/index.ts'
import { createLogger } from '../logging/index.ts'
import type { RegisteredOperation } from '../operations/registry.ts'
import { isRun } from '../operations/types.ts'
import { validateInput } from '../operations/validate.ts'
import { VERSION } from '../version.ts'
import { commandHelp, parseArguments } from './arguments.ts'
import { exitCodeOf } from './exit-codes.ts'
import { commands, findCommand, findSpecial, groupHelp, overview, suggest } from './help.ts'
import { print, printError } from './output.ts'
import { progressReporter } from './progress.ts'
import { onStop, watchOutput } from './stop.ts'

/** Runs one operation here, recorded if it is that kind, until it ends or Ctrl-C. */
async function runOperation(operation: RegisteredOperation, words: readonly string[], json: boolean): Promise<number> {
  const input = validateInput(operation.input, parseArguments(operation, words))
  const core = await createCore({ env: process.env, log: createLogger({ level: 'error' }) })
  try {
    if (operation.watches === undefined && !isRun(operation, input))
      return printOutput(operation, await core.call(operation, input, LOCAL_PRINCIPAL, null), json)
    const stop = new AbortController()
    onStop(() => stop.abort())
    const progress = progressReporter(process.stderr)
    if (operation.watches !== undefined) {
      const watcher = { emit: progress.event, signal: stop.signal }
      const output = await core.call(operation, input, LOCAL_PRINCIPAL, null, watcher).finally(progress.done)
      return printOutput(operation, output, json)
    }
    const run = core.start(operation, input, LOCAL_PRINCIPAL, null, stop.signal)
    for await (const event of run.watch(new AbortController().signal)) progress.event(event)
    progress.done()
    const result = await run.result
    return printOutput(operation, result.output, json, result.json)
  } finally {
    await core.close()
  }
}

/** @param text the output as JSON, where it was made already */
function printOutput(operation: RegisteredOperation, output: unknown, json: boolean, text?: string): number {
  if (json) print(text ?? JSON.stringify(output))
  else print(operation.cli?.render?.(output) ?? JSON.stringify(output, null, 2))
  return operation.cli?.exitCode?.(output) ?? 0
}

async function main(argv: readonly string[]): Promise<number> {
  const beforeDashes = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv
  const json = beforeDashes.includes('--json')
  const help = beforeDashes.includes('--help') || beforeDashes.includes('-h')
  const words = argv.filter((word, i) => i >= beforeDashes.length || !['--json', '--help', '-h'].includes(word))
  try {
    if (words[0] === '--version' || words[0] === '-V') {
      print(json ? JSON.stringify({ version: VERSION }) : VERSION)
      return 0
    }
    if (words[0] === 'help') return await main([...words.slice(1), '--help'])
    if (words.length === 0) {
      print(overview())
      return help ? 0 : 2
    }
    // What a client of tools starts; a person at a terminal is told what there is.
    const isClient = words.length === 1 && words[0] === 'mcp' && !help && !process.stdin.isTTY
    const special = findSpecial(isClient ? ['mcp', 'serve'] : words)
    if (special !== null) {
      if (help) print(special.command.help)
      return help ? 0 : await special.command.run(special.rest, json)
    }
    const found = findCommand(words)
    if (found === null) {
      const group = groupHelp(words)
      if (group !== null) {
        print(group)
        return help ? 0 : 2
      }
      throw suggest(words)
    }
    if (help) {
      print(commandHelp(found.operation, commands))
      return 0
    }
    return await runOperation(found.operation, found.rest, json)
  } catch (error) {
    printError(error, json)
    return exitCodeOf(error)
  }
}

const exitWith = watchOutput()
exitWith(await main(process.argv.slice(2)))
