/** The answers of the Nix operations for a person at a terminal. */
import { plural } from '#lib/text/plural.ts'
import type {
  ExportResult,
  FileDiff,
  FileState,
  ImportResult,
  LintResult,
  Migration,
  Preview,
  TreeDiff,
} from './schemas.ts'

const WORDS: Readonly<Record<FileState, string>> = {
  new: 'new',
  same: 'the same',
  changed: 'changed',
  edited: 'edited by hand, nothing new for it',
  conflict: 'edited by hand, and the export has something new for it',
  foreign: 'not written by an export',
  obsolete: 'no longer part of the export, to be removed',
  left: 'no longer part of the export, edited by hand',
}

export function renderPreview({ directory, exists, files, notes }: Preview): string {
  const rest = files.filter(({ state }) => state !== 'same')
  const same = files.length - rest.length
  return [
    `${directory}${exists ? '' : ' (not there yet)'}`,
    ...rest.map(({ path, state, added, removed }) => `  ${path}  ${WORDS[state]}  +${added} -${removed}`),
    ...(same === 0 ? [] : [`  ${plural(same, 'file is', 'files are')} the same.`]),
    ...notes,
  ].join('\n')
}

function renderFileDiff({ path, state, reason, diff }: FileDiff): string {
  return reason === null ? diff : `${path}: ${reason} (${WORDS[state]})\n`
}

export function renderDiff({ different, files }: TreeDiff): string {
  return different ? files.map(renderFileDiff).join('') : 'Nothing differs.'
}

export function renderExport({ directory, written, removed, unchanged, kept, complete, notes }: ExportResult): string {
  return [
    `${directory}: ${plural(written.length, 'file')} written, ${removed.length} removed, ${unchanged} unchanged.`,
    ...kept.map((file) => `\n${file.path}: left as it is, ${WORDS[file.state]}.\n${renderFileDiff(file)}`),
    ...(complete
      ? []
      : ['\nThe export is not complete: --force overwrites what was changed by hand, --keep PATH takes it as it is.']),
    ...notes,
  ].join('\n')
}

export function renderImport({ applied, changes, unchanged, left }: ImportResult): string {
  return [
    ...changes.map(({ path, from, to, action, restart }) => {
      const note = `${action === 'reset' ? ' (as configured)' : ''}${restart ? ' (at the next start)' : ''}`
      return `${path}: ${JSON.stringify(from)} -> ${JSON.stringify(to)}${note}`
    }),
    ...left.map(({ path, reason }) => `${path}: left as it is, ${reason}`),
    `${plural(changes.length, 'setting')} ${applied ? 'changed' : 'would change'}, ${unchanged} as they are.`,
    ...(applied || changes.length === 0 ? [] : ['Nothing was changed yet: --apply does it.']),
  ].join('\n')
}

export function renderLint({ files, errors, warnings, findings }: LintResult): string {
  return [
    ...findings.map(
      ({ file, line, rule, severity, message }) => `${file}:${line}: ${severity}: ${message} (rule ${rule})`,
    ),
    `${plural(files, 'file')}: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}.`,
  ].join('\n')
}

export function renderMigration({ files, findings, diffs, written, failed, folders_to_remove }: Migration): string {
  return [
    ...findings.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`),
    ...(written.length > 0 ? [] : diffs.map(({ diff }) => `\n${diff}`)),
    ...failed.map(({ path, reason }) => `${path}: not rewritten, ${reason}`),
    ...folders_to_remove.map((folder) => `${folder}/ holds the retired modules and has to go.`),
    `${plural(files, 'Nix file')} read, ${plural(findings.length, 'use')} of retired options found, ${plural(written.length, 'file')} rewritten.`,
    ...(written.length === 0 && diffs.length > 0 ? ['Nothing was changed yet: --write does it.'] : []),
  ].join('\n')
}
