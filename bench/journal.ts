/** The template miner against Drain3 on a million generated lines, no two alike; processor time on one core. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installDrain3, type Mined, mineWithDrain3, readMined } from './peers/drain3.ts'
import { figure, machine, table, writeSection } from './report.ts'

const count = 1_000_000

/** What a home server's journal is made of; `n` makes every line another. */
const messages: readonly ((n: number) => string)[] = [
  (n) =>
    `sshd[${n % 32768}]: Accepted publickey for anna from 192.168.${n % 250}.${n % 199} port ${1024 + (n % 60000)} ssh2`,
  (n) =>
    `sshd[${n % 32768}]: Failed password for invalid user u${n} from 10.0.${n % 256}.${n % 251} port ${n % 65535} ssh2`,
  (n) => `systemd[1]: Started session ${n} of user anna.`,
  (n) => `systemd[1]: run-docker-runtime-${(n * 2654435761) % 4294967296}.mount: Deactivated successfully.`,
  (n) => `kernel: [${n}.${n % 999999}] usb 1-${n % 9}: new high-speed USB device number ${n % 127} using xhci_hcd`,
  (n) => `nginx[812]: 172.17.0.${n % 250} - - "GET /photos/${n}.jpg HTTP/1.1" 200 ${n * 7} "-" "Mozilla/5.0"`,
  (n) =>
    `caddy[991]: handled request method=GET uri=/api/items/${n} status=200 duration=0.00${n % 1000} size=${n % 4096}`,
  (n) =>
    `smartd[700]: Device: /dev/sda [SAT], SMART Usage Attribute: 194 Temperature_Celsius changed from ${n % 60} to ${n}`,
  (n) =>
    `dhclient[${n % 32768}]: DHCPREQUEST for 192.168.1.${n % 255} on eth0 to 255.255.255.255 port ${n % 1000} xid=0x${n.toString(16)}`,
  (n) => `backup[${n % 32768}]: copied /srv/data/${n % 512}/file-${n}.bin (${n * 13} bytes) in ${n % 90} ms`,
]

function makeLines(path: string): void {
  const lines = Array.from({ length: count }, (_, index) => {
    const time = new Date(1_760_000_000_000 + index * 250).toISOString()
    // 25 characters of time, 7 of host name: the header of 32 that Drain3 is spared.
    return `${time} home07 ${messages[index % messages.length]?.(index) ?? ''}\n`
  })
  writeFileSync(path, lines.join(''))
}

const oneCore = (args: readonly string[]) => execFileSync('taskset', ['-c', '0', ...args], { encoding: 'utf8' })

async function main(folder: string): Promise<void> {
  await installDrain3(console.log)
  const path = join(folder, 'lines.log')
  makeLines(path)
  const found: [string, Mined][] = [
    ['hwc-ai', readMined(oneCore([process.execPath, join(import.meta.dirname, 'mine-lines.ts'), path]))],
    ['Drain3, masks', mineWithDrain3(path, 'masks')],
    ['Drain3, no masks', mineWithDrain3(path, 'plain')],
  ]
  const ours = found[0]?.[1].seconds ?? 0
  const rows = found.map(([name, { seconds, peakMiB, templates }]) => [
    name,
    `${figure(count / seconds / 1000)} k`,
    `${figure(seconds / ours)} ×`,
    figure(peakMiB),
    `${templates}`,
  ])
  const size = figure(statSync(path).size / 2 ** 20)
  const head = ['', 'lines/s of processor time', 'time against hwc-ai', 'peak MiB', 'templates']
  const text = `${machine()} One million different lines, ${size} MiB.\n\n${table(head, rows)}`
  console.log(text)
  await writeSection('journal', text)
}

const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-bench-'))
try {
  await main(folder)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
