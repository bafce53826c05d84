/** Drain3 in an environment of its own. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { cachePath, once } from '../../scripts/lib/cache.mjs'
import { makeVenv } from '../../scripts/lib/venv.mjs'

const version = '0.9.11'
const venv = () => cachePath('bench-drain3')

export interface Mined {
  /** Seconds of processor time. */
  seconds: number
  peakMiB: number
  templates: number
}

export async function installDrain3(say: (text: string) => void): Promise<void> {
  await once({ name: 'bench-drain3', stamp: join(venv(), '.stamp'), version, say }, async () => {
    say('installing Drain3')
    await makeVenv(venv(), [`drain3==${version}`])
  })
}

/** Reads what a measuring program printed. */
export function readMined(output: string): Mined {
  const value: unknown = JSON.parse(output)
  if (typeof value === 'object' && value !== null && 'seconds' in value && 'peakMiB' in value && 'templates' in value) {
    return { seconds: Number(value.seconds), peakMiB: Number(value.peakMiB), templates: Number(value.templates) }
  }
  throw new Error(`not a measurement: ${output}`)
}

export function mineWithDrain3(lines: string, mode: 'masks' | 'plain'): Mined {
  const program = join(import.meta.dirname, 'drain3_lines.py')
  return readMined(execFileSync(join(venv(), 'bin', 'python'), [program, lines, mode], { encoding: 'utf8' }))
}
