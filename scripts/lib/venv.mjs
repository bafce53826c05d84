// Python environments of their own, so that nothing is installed into the machine's Python.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { run, which } from './run.mjs'

/** Makes a virtual environment when there is none, installs the packages, and returns its `python`. */
export async function makeVenv(folder, packages) {
  const python = join(folder, 'bin', 'python')
  if (!existsSync(python)) {
    const system = which('python3')
    if (!system) throw new Error('Python 3 is missing: install `python3` and `python3-venv`')
    await run(system, ['-m', 'venv', folder])
  }
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages])
  return python
}
