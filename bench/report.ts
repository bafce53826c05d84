/** The figures in `bench/README.md`, each table between its own pair of markers. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'

const readme = new URL('./README.md', import.meta.url)

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n')
}

/** What the figures were measured on. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const revision = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  }).trim()
  const day = new Date().toISOString().slice(0, 10)
  return `${day}, revision ${revision}, ${cpus().length} × ${model}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.version}.`
}

/** Replaces what stands between `<!-- NAME -->` and `<!-- /NAME -->`, formatted as the rest of the project is. */
export async function writeSection(name: string, text: string): Promise<void> {
  const content = readFileSync(readme, 'utf8')
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const start = content.indexOf(open)
  const end = content.indexOf(close)
  if (start < 0 || end < start) throw new Error(`bench/README.md has no section ${name}`)
  const replaced = `${content.slice(0, start + open.length)}\n\n${text}\n\n${content.slice(end)}`
  const style = await resolveConfig(fileURLToPath(readme))
  writeFileSync(readme, await format(replaced, { ...style, parser: 'markdown' }))
}

/** Three figures are what a measurement of this kind is good for. */
export function figure(value: number): string {
  if (value === 0) return '0'
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))))
  return value.toFixed(Math.min(digits, 3))
}
