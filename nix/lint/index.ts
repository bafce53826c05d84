/** The Charter's rules for Nix modules, checked without evaluating anything. */
import type { LintFinding } from '../operations/schemas.ts'
import { nextTurn, type Pause } from '../source/pause.ts'
import { type Found, lintTree, type Rule } from './files.ts'
import { anatomy, declarations, fileNames, hardCoded, lanes, namespace, profiles, readmes, warnings } from './form.ts'
import { dependencies, retention, sandboxes, unreadable } from './services.ts'

/** By their number in the Charter; 0 is that a file can be read at all. */
export const RULES: readonly Rule[] = [
  unreadable,
  namespace,
  anatomy,
  declarations,
  hardCoded,
  fileNames,
  lanes,
  profiles,
  readmes,
  dependencies,
  retention,
  sandboxes,
  warnings,
]

const byPlace = (a: LintFinding, b: LintFinding) =>
  a.file === b.file ? a.line - b.line || a.rule - b.rule : a.file < b.file ? -1 : 1

/**
 * Checks a tree.
 * @param sources texts of its Nix files and READMEs, by path
 * @param pause taken between pieces of the work
 * @returns what is wrong, by file and line
 */
export async function lint(sources: ReadonlyMap<string, string>, pause: Pause = nextTurn): Promise<LintFinding[]> {
  const tree = await lintTree(sources, pause)
  const findings: LintFinding[] = []
  for (const [number, rule] of RULES.entries()) {
    await pause()
    findings.push(...[...rule(tree)].map((found: Found) => ({ ...found, rule: number })))
  }
  return findings.sort(byPlace)
}
