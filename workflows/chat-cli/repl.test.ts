import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FakeBackend } from '../../e2e/fakes/backend-server.ts'
import { closedPort } from '../../e2e/fakes/closed-port.ts'
import { openStore } from '#lib/store/index.ts'
import { startFakeOllama } from '../../e2e/fakes/ollama.ts'

const PROGRAM = join(import.meta.dirname, '../../e2e/fakes/chat-terminal.ts')
/** Gives a program a terminal of 100 columns; `script` and its like write files. */
const PTY =
  'import pty,sys,os; sys.exit(os.waitstatus_to_exitcode(pty.spawn(["sh","-c","stty cols 100 rows 40; exec \\"$@\\"","sh"]+sys.argv[1:])))'
const canPty = spawnSync('python3', ['-c', 'import pty']).status === 0

let folder = ''
let fake: FakeBackend
const children: ChildProcessWithoutNullStreams[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hwc-ai-repl-'))
  fake = await startFakeOllama(['fake:latest', 'other:1b'])
  await configure(fake.url)
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await fake.close()
  await rm(folder, { recursive: true, force: true })
})

async function configure(ollamaEndpoint: string): Promise<void> {
  const chatCli = { model: 'fake', historyFile: join(folder, 'hwc-ai.sqlite') }
  await writeFile(join(folder, 'config.json'), JSON.stringify({ 'local-workflows': { ollamaEndpoint, chatCli } }))
}

/** A running chat: what it wrote so far, without colours unless asked, and waiting for more. */
function start(command: string, args: readonly string[], env: Record<string, string> = {}) {
  const own = { HOME: folder, TERM: 'xterm', HWC_AI_STATE: folder, HWC_AI_CONFIG: join(folder, 'config.json') }
  const child = spawn(command, args, {
    cwd: folder,
    env: { NODE_ENV: 'test', PATH: process.env['PATH'], ...own, ...env },
  })
  children.push(child)
  const seen = { out: '', err: '' }
  const waiters = new Set<() => void>()
  const wake = () => waiters.forEach((waiter) => waiter())
  child.stdout.on('data', (part: Buffer) => {
    seen.out += part.toString()
    wake()
  })
  child.stderr.on('data', (part: Buffer) => {
    seen.err += part.toString()
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  let mark = 0
  return {
    child,
    seen,
    ended,
    /** Types keys, `\r` for Enter; only what is written from now on is waited for. */
    type: (keys: string) => {
      mark = seen.out.length
      child.stdin.write(keys)
    },
    /** Resolves with what was written since the last keys, once it matches. */
    shows: (pattern: RegExp): Promise<string> =>
      new Promise((resolve, reject) => {
        const look = () => {
          const text = stripVTControlCharacters(seen.out.slice(mark)).replaceAll('\r', '')
          if (!pattern.test(text)) return
          waiters.delete(look)
          resolve(text)
        }
        waiters.add(look)
        look()
        void ended.then(() => reject(new Error(`ended without showing ${pattern.source}: ${seen.out}${seen.err}`)))
      }),
  }
}

const onTerminal = (args: readonly string[] = [], env?: Record<string, string>) =>
  start('python3', ['-c', PTY, process.execPath, PROGRAM, ...args], env)

function piped(stdin: string, ...args: string[]) {
  const run = start(process.execPath, [PROGRAM, ...args])
  run.child.stdin.end(stdin)
  return run
}

describe('without a terminal', () => {
  it('what is piped in becomes the context of the message, and only the answer is written', async () => {
    const run = piped('nginx: bind failed\n', 'what', 'broke?')
    expect(await run.ended).toBe(0)
    expect(run.seen).toEqual({ out: 'Hello there\n', err: '' })
    expect(fake.questions[0]?.messages.at(-1)?.content).toBe('Context:\n"""\nnginx: bind failed\n\n"""\n\nwhat broke?')
  })

  it('what is piped in without a message is the message', async () => {
    expect(await piped('  Hi\n').ended).toBe(0)
    expect(fake.questions[0]?.messages.at(-1)?.content).toBe('Hi')
  })

  it('--json prints the answer as one object, and --session last goes on with it', async () => {
    const first = piped('', '--json', 'Hi', '--model', 'other:1b', '--system', 'Rhyme.')
    expect(await first.ended).toBe(0)
    expect(JSON.parse(first.seen.out)).toMatchObject({ response: 'Hello there', model: 'other:1b', tokens: 3 })
    expect(await piped('', '--session', 'last', 'Again').ended).toBe(0)
    expect(fake.questions[1]?.messages.map((message) => message.content)).toEqual([
      'Rhyme.',
      'Hi',
      'Hello there',
      'Again',
    ])
  })

  it('files go along with their names', async () => {
    await writeFile(join(folder, 'a.conf'), 'listen 80\n')
    expect(await piped('log', 'Why?', '--attach', 'a.conf').ended).toBe(0)
    expect(fake.questions[0]?.messages.at(-1)?.content).toContain('File a.conf:\nlisten 80\n\nFile (piped):\nlog')
  })

  it('SIGINT stops the answer, keeps what came, and exits with 130', async () => {
    fake.play({ kind: 'endless' })
    const run = piped('', 'Go on')
    await run.shows(/word3/)
    run.child.kill('SIGINT')
    expect(await run.ended).toBe(130)
    await fake.abandoned()
    fake.play({ kind: 'answer', tokens: ['ok'] })
    await piped('', '--session', 'last', 'And?').ended
    expect(fake.questions[1]?.messages.at(-2)?.content).toContain('word3')
  })

  it.each(['SIGTERM', 'SIGHUP'] as const)('%s keeps what came, too', async (signal) => {
    fake.play({ kind: 'endless' })
    const run = piped('', 'Go on')
    await run.shows(/word3/)
    run.child.kill(signal)
    expect(await run.ended).toBe(130)
    await fake.abandoned()
    fake.play({ kind: 'answer', tokens: ['ok'] })
    await piped('', '--session', 'last', 'And?').ended
    expect(fake.questions[1]?.messages.at(-2)?.content).toContain('word3')
  })

  it('a named pipe is no file to send along, and is not waited for', async () => {
    expect(spawnSync('mkfifo', [join(folder, 'pipe')]).status).toBe(0)
    const run = piped('', '--attach', 'pipe', 'Hi')
    expect(await run.ended).toBe(1)
    expect(run.seen.err).toContain('pipe is not a file')
  })

  it('an unknown flag is said plainly, with the one that was meant', async () => {
    const run = piped('', '--modle', 'x', 'Hi')
    expect(await run.ended).toBe(1)
    expect(run.seen.err).toBe('invalid-input: There is no flag --modle; did you mean --model?\n')
  })

  it.each([
    [[], 'invalid-input'],
    [['--frobnicate', 'Hi'], 'invalid-input'],
    [['--session', 'last', 'Hi'], 'not-found'],
    [['--attach', 'nope.txt', 'Hi'], 'path-not-found'],
  ])('%j fails with %s', async (args, code) => {
    const run = piped('', ...args)
    expect(await run.ended).toBe(1)
    expect(run.seen).toMatchObject({ out: '', err: expect.stringContaining(code) as string })
  })

  it('without a backend fails and says so', async () => {
    await configure(await closedPort())
    const run = piped('', 'Hi')
    expect(await run.ended).toBe(1)
    expect(run.seen.err).toContain('no-model-backend')
  })
})

describe.skipIf(!canPty)('on a terminal', () => {
  const prompt = /> $/

  it('answers with figures, and stays for the next question until Ctrl-D', async () => {
    const run = onTerminal()
    await run.shows(prompt)
    fake.play({ kind: 'answer', tokens: ['one', ' two', ' three'], gapMs: 5 })
    run.type('Hi\r')
    const text = await run.shows(/tokens\/s\n> $/)
    expect(text).toMatch(/one two three\nfake:latest · 3 tokens · [\d.]+ tokens\/s\n/)
    run.type('Again\r')
    await run.shows(/tokens\/s\n> $/)
    expect(fake.questions[1]?.messages.map((message) => message.content).slice(-3)).toEqual([
      'Hi',
      'one two three',
      'Again',
    ])
    run.type('\u0004')
    expect(await run.ended).toBe(0)
    expect(run.seen.out).toContain('\u001b[36m>')
  })

  it('Ctrl-C stops the answer and keeps what came; on an empty line it asks once and then leaves with 130', async () => {
    fake.play({ kind: 'endless' })
    const run = onTerminal()
    await run.shows(prompt)
    run.type('Go on\r')
    await run.shows(/word3/)
    run.type('\u0003')
    await run.shows(/stopped; what came is kept\n> $/)
    await fake.abandoned()
    fake.play({ kind: 'answer', tokens: ['ok'] })
    run.type('And?\r')
    await run.shows(/tokens.*\n> $/)
    expect(fake.questions[1]?.messages.at(-2)?.content).toContain('word3')
    run.type('half a line\u0003')
    run.type('\u0003')
    await run.shows(/Ctrl-C again leaves/)
    run.type('\u0003')
    expect(await run.ended).toBe(130)
  })

  it('Ctrl-C forgets what was typed ahead while the answer came', async () => {
    fake.play({ kind: 'endless' })
    const run = onTerminal()
    await run.shows(prompt)
    run.type('Go on\r')
    await run.shows(/word3/)
    run.type('typed ahead\r')
    await run.shows(/typed ahead[^]*word/)
    run.type('\u0003')
    await run.shows(/stopped; what came is kept\n> $/)
    run.type('/exit\r')
    expect(await run.ended).toBe(0)
    expect(fake.questions).toHaveLength(1)
  })

  it('a terminal that closes stops the answer and keeps what came', async () => {
    fake.play({ kind: 'endless' })
    const run = onTerminal()
    await run.shows(prompt)
    run.type('Go on\r')
    await run.shows(/word3/)
    run.child.kill('SIGKILL')
    await fake.abandoned()
    const store = openStore(join(folder, 'hwc-ai.sqlite'))
    const kept = store.db.selectFrom('chat_messages').select('content').where('role', '=', 'assistant')
    await expect.poll(async () => (await kept.executeTakeFirst())?.content, { timeout: 10_000 }).toContain('word3')
    await store.close()
  })

  it('recalls questions across starts with the arrow key', async () => {
    await piped('', 'What is a lighthouse?').ended
    const run = onTerminal()
    await run.shows(prompt)
    run.type('\u001b[A\r')
    await run.shows(/tokens.*\n> $/)
    expect(fake.questions[1]?.messages.at(-1)?.content).toBe('What is a lighthouse?')
  })

  it('commands work on the conversation', async () => {
    await writeFile(join(folder, 'notes.txt'), 'remember the milk')
    const run = onTerminal()
    await run.shows(prompt)
    const enter = async (line: string, pattern: RegExp) => {
      run.type(`${line}\r`)
      return run.shows(pattern)
    }
    await enter('/help', /\/attach FILE[\s\S]*> $/)
    await enter('/model other:1b', /Model other:1b from now on/)
    await enter('/model nope', /"nope" is not on this backend\. It has: fake:latest, other:1b\.[\s\S]*ollama pull nope/)
    await enter('/modle', /no command \/modle\.\nDid you mean \/model\?/)
    await enter('/system Be kind.', /Be kind\./)
    await enter('/attach notes.txt', /notes\.txt \(17 characters\)/)
    await enter('What to buy?', /other:1b · 3 tokens/)
    expect(fake.questions[0]).toMatchObject({
      model: 'other:1b',
      messages: [{ content: 'Be kind.' }, { content: expect.stringContaining('remember the milk') as string }],
    })
    fake.play({ kind: 'answer', tokens: ['Milk.'] })
    await enter('/retry', /Milk\./)
    await enter('/rename Shopping', prompt)
    await enter('/export out.md', /Written to .*out\.md/)
    expect(await readFile(join(folder, 'out.md'), 'utf8')).toMatch(/^# Shopping\n[\s\S]*Milk\./)
    await enter('/export out.md', /exists already/)
    await enter('/export nowhere/out.md', /nowhere\/out\.md cannot be written: its folder does not exist/)
    await enter('/new', /A new conversation/)
    await enter('/memory off', /Memory is off/)
    await enter('Other things', /other:1b/)
    await enter('/search buy', /1 {2}Shopping/)
    await enter('/open 1', /Shopping 2 messages[\s\S]*> What to buy\?\nMilk\./)
    await enter('/sessions', /Other things[\s\S]*2 {2}Shopping/)
    run.type('/quit\r')
    expect(await run.ended).toBe(0)
  })

  it('Tab completes commands, models and files', async () => {
    await writeFile(join(folder, 'notes.txt'), 'x')
    const run = onTerminal()
    await run.shows(prompt)
    run.type('/sea\t')
    await run.shows(/\/search/)
    run.type('\u0015/model oth\t')
    await run.shows(/\/model other:1b/)
    run.type('\u0015/attach no\t')
    await run.shows(/\/attach notes\.txt/)
  })

  it('a message of several lines stands between """', async () => {
    const run = onTerminal()
    await run.shows(prompt)
    run.type('"""first\rsecond\r"""\r')
    await run.shows(/tokens.*\n> $/)
    expect(fake.questions[0]?.messages.at(-1)?.content).toBe('first\nsecond')
  })

  it('escape sequences from the model do not reach the terminal', async () => {
    fake.play({ kind: 'answer', tokens: ['a\u001b]0;owned\u0007b', '\u009b2J'] })
    const run = onTerminal(['Hi'])
    expect(await run.ended).toBe(0)
    expect(run.seen.out).toContain('a]0;ownedb2J')
  })

  it('NO_COLOR is honoured', async () => {
    const run = onTerminal([], { NO_COLOR: '1' })
    await run.shows(prompt)
    run.type('/help\r')
    await run.shows(/Ctrl-C stops/)
    // Colours and weights are sequences that end in m; moving the cursor stays.
    expect(run.seen.out).not.toMatch(new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`))
    run.type('/quit\r')
    await run.ended
  })

  it('a backend that is away is said, and the conversation goes on', async () => {
    await configure(await closedPort())
    const run = onTerminal()
    await run.shows(prompt)
    run.type('Hi\r')
    await run.shows(/does not answer at[\s\S]*ollama serve[\s\S]*> $/)
    run.type('/quit\r')
    expect(await run.ended).toBe(0)
  })
})
