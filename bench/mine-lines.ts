/** Mines the lines of a file as the journal does, in a process of its own so that its memory is its own. */
import { readFileSync } from 'node:fs'
import { TemplateMiner } from '../lib/log-templates/miner.ts'

const [path] = process.argv.slice(2)
if (path === undefined) throw new Error('usage: mine-lines.ts FILE')
const buffer = readFileSync(path)
const before = process.cpuUsage()
const miner = new TemplateMiner()
let start = 0
for (let end = buffer.indexOf(10); end >= 0; end = buffer.indexOf(10, start)) {
  miner.add(buffer, start, end)
  start = end + 1
}
const { templates } = miner.finish()
const { user, system } = process.cpuUsage(before)
const peakMiB = process.resourceUsage().maxRSS / 1024
console.log(JSON.stringify({ seconds: (user + system) / 1e6, peakMiB, templates: templates.length }))
