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
  it('asks a real model to explain a file, and quotes only words', { timeout: 600_000 }, async () => {
    const test = await startAutoDoc({ 'temperature.ts': SOURCE }, { model }, endpoint)
    const [main] = autoDoc.operations
    if (main === undefined) throw new Error('there is no main operation')
    try {
      const result = await test.call(main, documentOutput, { file_path: test.path('temperature.ts') })
      // The smallest model may say nothing in words, or not come to an end: then the note says that, and nothing is quoted.
      if (result.model_note === null) {
        expect(result.engine).toBe('ollama')
        expect(result.documentation).toContain('says** (not checked)')
        expect(result.checks.find((check) => check.id === 'model')).toBeDefined()
      } else {
        expect(result.model_note).toMatch(/the model .*(had nothing to say|gave no JSON)/i)
        expect(result.documentation).not.toContain('says** (not checked)')
      }
      expect(result.documentation).toContain('function toFahrenheit(celsius: number): number')
      expect(result.undocumented).toEqual(['average'])
    } finally {
      await test.close()
    }
  })
})
