/** Finds the rules to use: the built-in set, or every YAML file of a folder. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, messageOf } from '#lib/errors/index.ts'
import { DEFAULT_RULES } from './default-rules.ts'
import { mergeRules, type MergedRules } from './merge.ts'

/** One rules file with the name under which its faults are told. */
export interface RulesSource {
  file: string
  text: string
}

export interface RulesSources {
  /** Null for the built-in set. */
  sources: readonly RulesSource[] | null
  /** Another one when anything about the files changed. */
  stamp: string
}

/** The rules files to use: those of the folder, or the built-in set without one, or while it is absent. */
export function rulesSources(rulesDir: string | null): RulesSources {
  const builtIn = { sources: null, stamp: 'default' }
  if (rulesDir === null) return builtIn
  try {
    const names = readdirSync(rulesDir)
      .filter((name) => /\.ya?ml$/.test(name) && !name.startsWith('.'))
      .sort()
    if (names.length === 0) return builtIn
    const stamps = names.map((name) => {
      const { mtimeMs, size, ino } = statSync(join(rulesDir, name))
      return `${name}:${ino}:${size}:${mtimeMs}`
    })
    const read = (file: string): RulesSource => ({ file, text: readFileSync(join(rulesDir, file), 'utf8') })
    return {
      get sources() {
        return names.map(read)
      },
      stamp: `${rulesDir}|${stamps.join('|')}`,
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return builtIn
    throw new AppError('rules-invalid', `The rules in ${rulesDir} cannot be read: ${messageOf(error)}`, {
      cause: error,
      hint: 'Check the permissions of local-workflows.fileCleanup.rulesDir.',
    })
  }
}

/**
 * The rules that these files hold, or the built-in ones.
 * @throws AppError `rules-invalid` with every fault of every file
 */
export async function loadRules(sources: RulesSources['sources']): Promise<MergedRules> {
  if (sources === null) return mergeRules([{ file: 'default.yaml', content: DEFAULT_RULES }], [])
  const { parseRules } = await import('./parse.ts')
  return parseRules(sources)
}
