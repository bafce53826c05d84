import { describe, expect, it } from 'vitest'
import { type FieldDescription, operationRequest } from './operation.ts'
import { problemOf } from './problem.ts'
import { assertRequired } from './required.ts'

describe('the request of a form', () => {
  it('puts path parameters into the path, whatever they hold', () => {
    expect(
      operationRequest({ method: 'POST', path: '/api/plans/:plan_id/apply' }, { plan_id: 'a/../b?c', limit: 0 }),
    ).toEqual({
      method: 'POST',
      path: '/api/plans/a%2F..%2Fb%3Fc/apply',
      body: { limit: 0 },
    })
  })

  it('asks in the query where there is no body, and leaves out what is not given', () => {
    expect(
      operationRequest({ method: 'GET', path: '/api/runs' }, { status: 'failed', before: undefined, limit: 5 }),
    ).toEqual({
      method: 'GET',
      path: '/api/runs?status=failed&limit=5',
      body: undefined,
    })
  })
})

describe('required fields', () => {
  const field = (name: string, required: boolean): FieldDescription => ({
    name,
    label: name,
    kind: 'string',
    values: [],
    required,
    defaultValue: undefined,
    description: '',
    example: undefined,
  })

  const faultsOf = (check: () => void) => {
    try {
      check()
      return []
    } catch (error) {
      return problemOf(error).faults
    }
  }

  it('are named one by one when they are empty', () => {
    const fields = [field('a', true), field('b', false), field('c', true), field('d', true)]
    expect(faultsOf(() => assertRequired(fields, { c: 'given' }))).toEqual([
      { path: 'a', message: 'must be filled in' },
      { path: 'd', message: 'must be filled in' },
    ])
    expect(faultsOf(() => assertRequired(fields, { a: '', c: 'given', d: 0 }))).toEqual([])
  })
})
