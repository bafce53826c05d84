/** Log templates: groups log lines by what they say, whatever values they carry. See `design.md`. */
export { HeaderReader } from './header.ts'
export { LineSplitter, MAX_LINE_BYTES, type OnLine } from './lines.ts'
export { mineFile, type MinedFile, type MineFileOptions } from './mine-file.ts'
export { TemplateMiner, type KnownTemplate, type MinedTemplates, type Template } from './miner.ts'
