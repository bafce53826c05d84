/** organize-tool in an environment of its own, with one rule that sorts by extension and year: a single walk. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cachePath, once } from '../../scripts/lib/cache.mjs'
import { makeVenv } from '../../scripts/lib/venv.mjs'

const version = '3.3.0'
const venv = () => cachePath('bench-organize')

/** @returns the path of the `organize` command */
export async function installOrganize(say: (text: string) => void): Promise<string> {
  await once({ name: 'bench-organize', stamp: join(venv(), '.stamp'), version, say }, async () => {
    say('installing organize')
    await makeVenv(venv(), [`organize-tool==${version}`])
  })
  return join(venv(), 'bin', 'organize')
}

/** Writes the configuration for a tree. @returns its path */
export function writeOrganizeConfig(folder: string, tree: string): string {
  const path = join(folder, 'organize.yaml')
  writeFileSync(
    path,
    `rules:
  - name: Sort by kind and year
    locations:
      - path: ${JSON.stringify(tree)}
        max_depth: null
        exclude_dirs: [Sorted]
    filters:
      - extension
      - lastmodified
    actions:
      - move:
          dest: '${tree}/Sorted/{extension}/{lastmodified.strftime("%Y")}/'
          on_conflict: rename_new
`,
  )
  return path
}
