import { describe, expect, it } from 'vitest'
import { journaling } from './definition.ts'
import { workbench } from './testing/context.ts'

describe('the journal as a workflow', () => {
  it('runs daily at its time of day, going on where the last entry ended', async () => {
    await using bench = await workbench({ enable: true, timeOfDay: '03:15' })
    const { enabled, schedules } = journaling.configured(bench.context.settings)
    expect(enabled).toBe(true)
    expect(schedules).toEqual([
      { enabled: true, onCalendar: '*-*-* 03:15:00', input: { since_last_entry: true, time_range: '7d' } },
    ])
  })

  it('has a main operation that takes the input of its schedule, and examples that are valid', async () => {
    await using bench = await workbench()
    const main = journaling.operations.find((operation) => operation.id === journaling.main)
    for (const { input } of journaling.configured(bench.context.settings).schedules)
      expect(main?.input.strict().safeParse(input).success).toBe(true)
    for (const { input, examples } of journaling.operations)
      for (const example of examples) expect(input.strict().safeParse(example.input).error).toBeUndefined()
  })
})
