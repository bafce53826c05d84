import { expect, it } from 'vitest'
import { hintParts } from './hint-parts.ts'

const shown = (hint: string) => hintParts(hint).map(({ kind, text }) => (kind === 'text' ? text : `<${kind} ${text}>`))

it('finds settings, with the namespace or without, in code or not', () => {
  expect(shown('Add it to the setting local-workflows.fileCleanup.watchDirs: in the admin.')).toEqual([
    'Add it to the setting ',
    '<setting local-workflows.fileCleanup.watchDirs>',
    ': in the admin.',
  ])
  expect(shown('Change `hwc.ai.ollama.dataDir`.')).toEqual(['Change ', '<setting hwc.ai.ollama.dataDir>', '.'])
  expect(shown('Start it, or set open-webui.url to its address.')).toContain('<setting open-webui.url>')
})

it('leaves commands and files as they are', () => {
  expect(shown('Run `hwc-ai settings set mcp.enable true`.')).toEqual([
    'Run ',
    '<code hwc-ai settings set mcp.enable true>',
    '.',
  ])
  expect(shown('Restart ollama.service, or get it from https://ollama.com.')).toHaveLength(1)
  expect(shown('Look into /var/log/ollama.log, or at {"local-workflows":{}}.')).not.toContain('<setting ollama.log>')
})
