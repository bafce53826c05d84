/** The whole exported tree: the modules under `nix/modules/`, which are files like any other, and what is generated. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { machineFile } from './generate/machine.ts'
import { monitoringFiles } from './generate/monitoring.ts'
import { optionFiles } from './generate/options.ts'
import type { ExportInput, NixTree } from './types.ts'

/** The modules' folder: from source beside this file, in the build below the project, which lies above `dist/`. */
const MODULES = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './modules' : '../nix/modules', import.meta.url),
)

let written: ReadonlyMap<string, string> | undefined

/** The files under `nix/modules/` by their path in the tree; read once. */
function writtenFiles(): ReadonlyMap<string, string> {
  written ??= new Map(
    readdirSync(MODULES, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name)
        return [path.slice(MODULES.length + 1), readFileSync(path, 'utf8')]
      }),
  )
  return written
}

/**
 * Every file of the tree, sorted by path; the same input gives the same bytes.
 * @throws AppError `settings-invalid` for a value that Nix cannot write
 */
export function renderTree(input: ExportInput): NixTree {
  const files = [
    ...writtenFiles(),
    ...optionFiles(),
    ...monitoringFiles(),
    ['machines/server/config.nix', machineFile(input)] as const,
  ]
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)))
}
