import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinList, splitList } from './raw-list.ts'

const answer = (list: string) => `{"TOOL_SERVER_CONNECTIONS":${list}}`

describe('the list of connections as text', () => {
  it('gives back every connection byte for byte, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.json({ maxDepth: 4 }), { maxLength: 8 }), (connections) => {
        // A bare number or word at the end of the list, an empty object, strings with brackets and quotes: all are JSON.
        expect(splitList(joinList(connections))).toEqual(connections.map((text) => text.trim()))
      }),
    )
  })

  it('gives back what values would lose', () => {
    const odd = '{"url":"http://a","priority":1.0,"big":12345678901234567890,"key":"a","key":"b","__proto__":{"x":1}}'
    expect(splitList(answer(`[ ${odd} , {"url" : "\\"]}\\\\"} ]`))).toEqual([odd, '{"url" : "\\"]}\\\\"}'])
    expect(joinList([odd])).toContain(odd)
  })

  it('takes a list that was never set as empty', () => {
    expect(splitList(answer('null'))).toEqual([])
    expect(splitList(answer('[]'))).toEqual([])
  })

  it('finds the list among other keys', () => {
    expect(splitList('{"A":"TOOL_SERVER_CONNECTIONS", "TOOL_SERVER_CONNECTIONS" : [1, {}] ,"B":[2]}')).toEqual([
      '1',
      '{}',
    ])
  })

  it.each(['', '<!doctype html>', '[]', 'null', '{}', answer('{}'), answer('"x"')])('refuses %s', (text) => {
    expect(() => splitList(text)).toThrow(/not its list/)
  })
})
