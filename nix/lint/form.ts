/** Rules 1 to 8: what a module is made of, and what it is called. Exact. */
import { everyExpression } from '#lib/syntax/nix/walk.ts'
import { type Found, foundAt, foundIn, linesLike, type LintTree, type NixFile } from './files.ts'

const isOptionFile = ({ name }: NixFile) => name === 'options.nix' || name === 'index.nix'
const isModuleFile = (file: NixFile) => isOptionFile(file) && /^domains\/./.test(file.folder)

/** Names that Nix reads without quotes. */
const NAME = /^[a-zA-Z_][a-zA-Z0-9_'-]*$/

function namespaceOf(folder: string): string {
  const names = folder.split('/').slice(1)
  return ['options.hwc', ...names.map((name) => (NAME.test(name) ? name : JSON.stringify(name)))].join('.')
}

/** Whether a line begins with a path, or with one below it. */
function beginsWith(line: string, path: string): boolean {
  const text = line.trimStart()
  return text.startsWith(path) && !/^[\w'-]/.test(text.slice(path.length))
}

/** 1. Namespace = folder. */
export function* namespace({ files }: LintTree): Generator<Found> {
  for (const file of files.filter(isModuleFile)) {
    const wanted = namespaceOf(file.folder)
    const declares =
      file.name === 'options.nix' || linesLike(file, /^\s*options(?:\.hwc\b|\s*=)|\bmk(?:Enable)?Option\b/).length > 0
    if (declares && !file.lines.some((line) => beginsWith(line, wanted)))
      yield foundIn(file.path, 'error', `no line begins with ${wanted}, the namespace of its folder`)
    for (const line of linesLike(file, /^\s*options\.hwc\./))
      if (!beginsWith(file.lines[line - 1] ?? '', wanted))
        yield foundIn(file.path, 'error', `declares options outside of ${wanted}`, line)
  }
}

const SECTIONS = ['OPTIONS', 'IMPLEMENTATION', 'VALIDATION'] as const

function* anatomyOfIndex(file: NixFile): Generator<Found> {
  const lines = SECTIONS.map((section) => linesLike(file, new RegExp(`^\\s*#+[\\s=-]*${section}\\b`))[0])
  for (const [index, section] of SECTIONS.entries())
    if (lines[index] === undefined) yield foundIn(file.path, 'error', `has no comment "# ${section}"`)
  const [options, implementation, validation] = lines
  const there = [options, implementation, validation].filter((line) => line !== undefined)
  if (there.some((line, index) => index > 0 && line < (there[index - 1] ?? 0)))
    yield foundIn(
      file.path,
      'error',
      'the comments # OPTIONS, # IMPLEMENTATION and # VALIDATION are not in that order',
      there[0],
    )
  const imports = linesLike(file, /imports\b.*\.\/options\.nix/)
  if (imports.length !== 1)
    yield foundIn(
      file.path,
      'error',
      `${imports.length === 0 ? 'no line imports' : 'more than one line imports'} ./options.nix`,
      imports[1],
    )
}

/** 2. Module anatomy. */
export function* anatomy({ files }: LintTree): Generator<Found> {
  const inModules = files.filter((file) => isModuleFile(file) && file.folder.split('/').length >= 3)
  for (const folder of new Set(inModules.map((file) => file.folder))) {
    const names = inModules.filter((file) => file.folder === folder).map(({ name }) => name)
    for (const name of ['index.nix', 'options.nix'])
      if (!names.includes(name)) yield foundIn(`${folder}/${name}`, 'error', 'is missing beside its counterpart')
  }
  for (const file of inModules) if (file.name === 'index.nix') yield* anatomyOfIndex(file)
}

/** 3. Options are declared in `options.nix` and `index.nix` only. */
export function* declarations({ files }: LintTree): Generator<Found> {
  for (const file of files.filter((one) => !isOptionFile(one)))
    for (const line of linesLike(file, /\bmk(?:Enable)?Option\b/))
      yield foundIn(file.path, 'error', 'declares an option outside of options.nix and index.nix', line)
}

const HARD_CODED: readonly [RegExp, string][] = [
  [/TODO:/, 'holds a "TODO:"'],
  [/"\/mnt\//, 'holds a hard-coded "/mnt/'],
  [/\/home\/[A-Za-z0-9_]/, 'holds the home folder of a person'],
]

/** 4. Nothing left to do, nothing hard-coded. */
export function* hardCoded({ files }: LintTree): Generator<Found> {
  for (const file of files)
    for (const [pattern, message] of HARD_CODED)
      for (const line of linesLike(file, pattern)) yield foundIn(file.path, 'error', message, line)
}

/** 5. File names are kebab-case. */
export function* fileNames({ files }: LintTree): Generator<Found> {
  for (const { path, name } of files)
    if (!/^[a-z0-9-]+\.nix$/.test(name)) yield foundIn(path, 'error', `${name} is not kebab-case`)
}

/** Options that Home Manager has, and NixOS has not. */
const HOME_MANAGER =
  /^(?:home-manager\.|home\.(?:packages|file|stateVersion|username|homeDirectory|activation|session\w+)\b|xdg\.(?:configFile|dataFile)\b)/

/** 6. Lane purity. */
export function* lanes({ files }: LintTree): Generator<Found> {
  for (const file of files) {
    if (/^domains\/(?!home\/)/.test(file.path))
      for (const { path, binding } of file.definitions)
        if (HOME_MANAGER.test(path.join('.')) && !HOME_MANAGER.test(path.slice(0, -binding.path.length).join('.')))
          yield foundAt(
            file,
            binding.start,
            'error',
            `sets ${path.join('.')}, an option of Home Manager, in a system module`,
          )
    if (file.path.startsWith('profiles/'))
      for (const line of linesLike(file, /home-manager/))
        yield foundIn(file.path, 'error', 'a profile mentions home-manager', line)
  }
}

const PROFILE_SECTIONS: readonly [RegExp, string][] = [
  [/#.*\b(?:BASE|CRITICAL|ESSENTIAL)\b/, 'has no section marked BASE'],
  [/#.*\b(?:OPTIONAL|FEATURES|DEFAULTS)\b/, 'has no section marked OPTIONAL'],
]

/** 7. Sections of a profile. */
export function* profiles({ files }: LintTree): Generator<Found> {
  for (const file of files.filter(({ folder }) => folder === 'profiles'))
    for (const [pattern, message] of PROFILE_SECTIONS)
      if (linesLike(file, pattern).length === 0) yield foundIn(file.path, 'error', message)
}

const CHAPTERS = ['Purpose', 'Boundaries', 'Structure', 'Changelog']

/** 8. A README in every module folder. */
export function* readmes({ modules }: LintTree): Generator<Found> {
  for (const { path, readme } of modules) {
    const file = `${path}/README.md`
    if (readme === null) yield foundIn(file, 'error', 'is missing')
    else
      for (const chapter of CHAPTERS)
        if (!new RegExp(`^#+\\s*${chapter}\\b`, 'm').test(readme))
          yield foundIn(file, 'error', `has no chapter "${chapter}"`)
  }
}

/** 12. No module warns on every evaluation. */
export function* warnings({ files }: LintTree): Generator<Found> {
  for (const file of files) {
    for (const { path, binding } of file.definitions)
      if (path.at(-1) === 'warnings' && binding.value.kind === 'list' && binding.value.items.length > 0)
        for (const item of binding.value.items)
          if (item.kind === 'string')
            yield foundAt(
              file,
              item.start,
              'warning',
              'warns on every evaluation: warn only where a condition on the config holds',
            )
    if (file.expression === null) continue
    for (const expr of everyExpression(file.expression)) {
      const last = expr.kind === 'select' ? expr.path.at(-1) : undefined
      const name = expr.kind === 'variable' ? expr.name : last?.kind === 'static' ? last.name : ''
      if (/^trace(?:Val|Seq|Verbose|ValSeq)?$/.test(name))
        yield foundAt(file, expr.start, 'warning', `${name} prints on every evaluation`)
    }
  }
}
