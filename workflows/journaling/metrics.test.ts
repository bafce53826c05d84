import { describe, expect, it } from 'vitest'
import { readMetrics } from './metrics.ts'

describe('the figures of the machine', () => {
  it('are null, not zero, where the machine does not tell them', async () => {
    expect(await readMetrics('relative/and/absent\0', '/no/proc')).toEqual({
      load: null,
      memory: null,
      disk: null,
      uptime_seconds: null,
    })
  })
})
