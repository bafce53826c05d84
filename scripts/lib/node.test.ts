import { delimiter } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isNewEnough, nodeEnvironment } from './node.mjs'

describe('a Node that is new enough', () => {
  it.each(['v22.12.0', 'v22.21.1', 'v24.0.0', '26.10.0'])('%s is', (version) => {
    expect(isNewEnough(version)).toBe(true)
  })

  it.each(['v20.20.2', 'v22.11.9', 'v18.0.0'])('%s is not', (version) => {
    expect(isNewEnough(version)).toBe(false)
  })

  it('goes first on the path, so that npm and its tools take it too', () => {
    expect(nodeEnvironment('/cache/bin/node').PATH.split(delimiter)[0]).toBe('/cache/bin')
  })
})
