import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { AppError } from '../errors/index.ts'
import { validateInput } from './validate.ts'

const schema = z.strictObject({
  limit: z.int().max(9).optional(),
  names: z.array(z.string()).default([]),
  more: z.unknown().optional(),
})

function faultsOf(value: unknown) {
  try {
    validateInput(schema, value)
  } catch (error) {
    if (error instanceof AppError) return error.faults
    throw error
  }
  return []
}

describe('an input with faults', () => {
  it('is told of all of them in plain words', () => {
    expect(faultsOf({ limit: 'many', names: 'x', limmit: 1 })).toEqual([
      { path: 'limit', message: 'must be a number' },
      { path: 'names', message: 'must be a list' },
      { path: 'limmit', message: 'unknown field; did you mean limit?' },
    ])
    expect(faultsOf({ names: [1] })).toEqual([{ path: 'names.0', message: 'must be text' }])
  })

  it.each([
    [z.string().min(1), '', 'must have at least 1 character'],
    [z.string().max(4096), 'x'.repeat(4097), 'must have at most 4,096 characters'],
    [z.array(z.string()).min(1), [], 'must have at least 1 entry'],
    [z.int().min(1), 0, 'must be at least 1'],
    [z.int().max(9), 10, 'must be at most 9'],
    [z.enum(['a', 'b']), 'c', 'must be one of a, b'],
    [z.boolean(), undefined, 'is required'],
    [z.string().min(10, 'needs at least 10 characters'), 'x', 'needs at least 10 characters'],
    [z.string('must be a name'), 1, 'must be a name'],
  ])('is told in the words of a person or of its schema (%#)', (value, given, message) => {
    expect(() => validateInput(z.strictObject({ value }), { value: given })).toThrow(`value: ${message}`)
  })

  it('is refused for a character that no text may hold, wherever that stands', () => {
    expect(faultsOf({ more: [{ a: 'x\0' }] })).toEqual([
      { path: 'more.0.a', message: 'must not contain a NUL character' },
    ])
  })

  it('is refused when it is nested so deep that it could not be written', () => {
    const deep = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`)
    expect(faultsOf({ more: deep(90) })).toEqual([])
    expect(faultsOf({ more: deep(100_000) })).toEqual([
      { path: 'more', message: 'must not be nested more than 100 levels deep' },
    ])
  })
})
