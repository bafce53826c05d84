/** Judged by the real `systemd-notify` and a real datagram socket: `apt-get install systemd python3`. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLogger } from '../logging/index.ts'
import { createSystemdNotifier } from './notify.ts'

const installed = spawnSync('systemd-notify', ['--version']).status === 0 && spawnSync('python3', ['-V']).status === 0

/** Plays systemd: prints each message as a line of JSON, and closes the descriptors that come along, as systemd does. */
const SYSTEMD = `
import array, json, os, socket, sys, time
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind(sys.argv[1])
print('"listening"', flush=True)
while True:
    data, ancillary, _, _ = server.recvmsg(4096, socket.CMSG_SPACE(64))
    for _, kind, content in ancillary:
        if kind == socket.SCM_RIGHTS:
            for fd in array.array('i', content[:len(content) - len(content) % 4]): os.close(fd)
    print(json.dumps(data.decode()), flush=True)
`

let folder: string
let systemd: ChildProcess
let said: string[]
let socket: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hwc-ai-notify-'))
  socket = join(folder, 'notify')
  said = []
  systemd = spawn('python3', ['-c', SYSTEMD, socket], { stdio: ['ignore', 'pipe', 'inherit'] })
  let rest = ''
  systemd.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    said.push(...lines.map((line) => String(JSON.parse(line))))
  })
  while (installed && said.length === 0) await sleep(10)
})

afterEach(async () => {
  if (systemd.exitCode === null) {
    systemd.kill('SIGKILL')
    await once(systemd, 'exit')
  }
  await rm(folder, { recursive: true })
})

const messages = () => said.slice(1).filter((message) => !message.startsWith('BARRIER'))
const silent = createLogger({ write: () => undefined })

it.runIf(installed)('says that it is ready, lives and stops, in the order in which it happens', async () => {
  const env = { PATH: process.env['PATH'], NOTIFY_SOCKET: socket, WATCHDOG_USEC: '200000' }
  const notifier = createSystemdNotifier({ env, log: silent })
  await notifier.ready()
  expect(messages()).toEqual([`READY=1\nMAINPID=${process.pid}`])
  while (messages().length < 3) await sleep(20)
  await notifier.stopping()
  const all = messages()
  expect(all.slice(1, -1).every((message) => message === 'WATCHDOG=1')).toBe(true)
  expect(all.at(-1)).toBe('STOPPING=1')
})

it.runIf(installed)('sends no sign of life while the event loop is blocked', async () => {
  const program = `
    import { createSystemdNotifier } from ${JSON.stringify(fileURLToPath(new URL('./notify.ts', import.meta.url)))}
    import { createLogger } from ${JSON.stringify(fileURLToPath(new URL('../logging/index.ts', import.meta.url)))}
    const notifier = createSystemdNotifier({ env: process.env, log: createLogger() })
    await notifier.ready()
    setTimeout(() => { for (;;); }, 1000)`
  const env = { ...process.env, NOTIFY_SOCKET: socket, WATCHDOG_USEC: '200000' }
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  while (!messages().includes('WATCHDOG=1')) await sleep(20)
  // Blocked after a second: what was on its way then has long arrived.
  await sleep(2500)
  const before = messages().length
  await sleep(1000)
  expect(messages().length).toBe(before)
  child.kill('SIGKILL')
  await once(child, 'exit')
})

it.runIf(installed)('leaves the watchdog alone that is meant for another process', async () => {
  const env = { PATH: process.env['PATH'], NOTIFY_SOCKET: socket, WATCHDOG_USEC: '100000', WATCHDOG_PID: '1' }
  await createSystemdNotifier({ env, log: silent }).ready()
  await sleep(400)
  expect(messages()).toEqual([`READY=1\nMAINPID=${process.pid}`])
})

it('does nothing where no systemd listens, and goes on where it cannot be told', async () => {
  const lines: string[] = []
  const log = createLogger({ write: (line) => lines.push(line) })
  await createSystemdNotifier({ env: { PATH: process.env['PATH'] }, log }).ready()
  expect(lines).toEqual([])
  const gone = createSystemdNotifier({ env: { PATH: '/nonexistent', NOTIFY_SOCKET: join(folder, 'nobody') }, log })
  await gone.ready()
  await gone.stopping()
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('NotifyAccess=all')
})

it.skipIf(process.env['CI'] === undefined)('systemd-notify and python3 are there where CI is set', () => {
  expect(installed).toBe(true)
})
