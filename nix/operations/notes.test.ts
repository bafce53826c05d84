import { describe, expect, it } from 'vitest'
import { loadSettings } from '#lib/config/index.ts'
import { exportNotes } from './notes.ts'

const settings = (tree: object) =>
  loadSettings({
    env: { HWC_AI_CONFIG: JSON.stringify(tree) },
    readFile: () => '',
    stateDir: '/state',
    overrides: new Map(),
  }).settings

describe('what is said beside an export', () => {
  it('names what is off, and how to have it run', () => {
    expect(exportNotes(settings({}))).toEqual([
      'hwc.ai.enable and hwc.ai.local-workflows.enable are off, so the machine would not run any of this. To have it run: hwc-ai settings set enable true; hwc-ai settings set local-workflows.enable true',
    ])
    expect(exportNotes(settings({ enable: true }))[0]).toContain('would not run this app')
  })

  it('is nothing where all is on', () => {
    expect(exportNotes(settings({ enable: true, 'local-workflows': { enable: true } }))).toEqual([])
  })
})
