/** The Charter's rules for Nix modules, checked without evaluating anything. */
import type { LintFinding } from '../operations/schemas.ts'
import { lintTree, type Rule } from './files.ts'
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
 * @returns what is wrong, by file and line
 */
export function lint(sources: ReadonlyMap<string, string>): LintFinding[] {
  const tree = lintTree(sources)
  return RULES.flatMap((rule, number) => [...rule(tree)].map((found) => ({ ...found, rule: number }))).sort(byPlace)
}
