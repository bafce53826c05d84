/** Auto-doc with a real model: what it says is quoted, and what it invents is left out. */
import { expect, it } from 'vitest'
import { withRealOllama } from '#lib/providers/real-ollama.ts'
import { autoDoc } from './definition.ts'
import { documentOutput } from './schemas.ts'
import { startAutoDoc } from './testing.ts'

const SOURCE = `/** Temperatures. */

/** Turns degrees Celsius into Fahrenheit. */
export function toFahrenheit(celsius: number): number {
  return (celsius * 9) / 5 + 32
}

export function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
`

withRealOllama(({ endpoint, model }) => {
  // A small model on a busy machine talks until its limit: minutes.
  it('has a real model explain a file, with structured output', { timeout: 600_000 }, async () => {
    const test = await startAutoDoc({ 'temperature.ts': SOURCE }, { model }, endpoint)
    const [main] = autoDoc.operations
    if (main === undefined) throw new Error('there is no main operation')
    try {
      const result = await test.call(main, documentOutput, { file_path: test.path('temperature.ts') })
      expect(result).toMatchObject({ engine: 'ollama', model_note: null })
      expect(result.documentation).toContain('says** (not checked)')
      expect(result.documentation).toContain('function toFahrenheit(celsius: number): number')
      expect(result.checks.find((check) => check.id === 'model')).toBeDefined()
      expect(result.undocumented).toEqual(['average'])
    } finally {
      await test.close()
    }
  })
})
