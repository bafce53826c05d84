import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { LOCAL_PRINCIPAL } from '../auth/index.ts'
import { createCore, type Core } from '../core/index.ts'
import { silentLogger } from '../logging/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-retention-'))
const NOW = new Date('2026-06-01T12:00:00Z')
let core: Core

beforeAll(async () => {
  core = await createCore({ env: { HWC_AI_STATE: folder }, log: silentLogger, now: () => NOW })
  const daysAgo = (days: number) => NOW.getTime() - days * 86_400_000
  await core.store.db
    .insertInto('tool_calls')
    .values(
      [100, 10].map((days) => ({
        at: daysAgo(days),
        face: 'mcp' as const,
        server: 'wiki',
        tool: 'search',
        principal_id: 'local',
        principal_name: 'command line',
        duration_ms: 1,
        error: null,
        run_id: null,
      })),
    )
    .execute()
})
afterAll(async () => {
  await core.close()
  rmSync(folder, { recursive: true })
})

it('removes what is older than the settings say, and nothing else', async () => {
  const { result } = core.start(core.registry.operation('enforce_retention'), {}, LOCAL_PRINCIPAL, null)
  expect((await result).output).toEqual({ runs_days: 90, outputs_days: 30, checks_days: 7, incidents_days: 400 })
  expect(await core.calls.latest({ limit: 10 })).toMatchObject([{ at: new Date('2026-05-22T12:00:00Z') }])
})
