import { describe, expect, it } from 'vitest'
import { jsonOf } from './respond.ts'

describe('the JSON of an output', () => {
  it('is made each time, as an output may change', () => {
    const output = { count: 1 }
    expect(jsonOf(output)).toBe('{"count":1}')
    output.count = 2
    expect(jsonOf(output)).toBe('{"count":2}')
    expect(jsonOf(null)).toBe('null')
    expect(jsonOf('text')).toBe('"text"')
  })

  it('is made once where it is frozen', () => {
    let times = 0
    const output = Object.freeze({ toJSON: () => ({ times: ++times }) })
    expect([jsonOf(output), jsonOf(output)]).toEqual(['{"times":1}', '{"times":1}'])
  })
})
