/** Which checks there are now, with what the settings say of each. */
import { parseTimeSpan } from '../schedule/index.ts'
import { custom } from './checks/custom.ts'
import type { Check, CheckSource, HealthServices, PlannedCheck } from './types.ts'

/** Whether an id belongs to a source, even when that one lists nothing now: its entry in the settings is no check of its own. */
function claims(source: CheckSource, id: string): boolean {
  return source !== custom && (source.id === id || (source.prefix !== undefined && id.startsWith(source.prefix)))
}

function milliseconds(span: string | null | undefined): number | null {
  return span === null || span === undefined ? null : parseTimeSpan(span)
}

/**
 * Collects the checks of all sources. An entry of `hwc.ai.health.checks` under the id of one of them changes it.
 * @throws whatever a source throws
 */
export function planChecks(sources: readonly CheckSource[], services: HealthServices): PlannedCheck[] {
  const { health } = services.settings()
  const planned = new Map<string, PlannedCheck>()
  const plan = (check: Check) => {
    const changed = health.checks[check.id]
    if (planned.has(check.id) || changed?.enable === false) return
    const intervalMs = milliseconds(changed?.interval) ?? check.intervalMs ?? milliseconds(health.interval) ?? 0
    const timeoutMs = milliseconds(changed?.timeout) ?? check.timeoutMs ?? milliseconds(health.timeout) ?? 0
    planned.set(check.id, {
      ...check,
      intervalMs,
      timeoutMs: Math.min(timeoutMs, intervalMs),
      failuresBeforeDown: changed?.failuresBeforeDown ?? health.failuresBeforeDown,
      public: changed?.public ?? false,
    })
  }
  for (const source of sources)
    for (const check of source.list(services))
      if (source !== custom || !sources.some((other) => claims(other, check.id))) plan(check)
  return [...planned.values()]
}
