import { describe, expect, it } from 'vitest'
import { actionsIn, buildTree, foldersAbove, visibleRows } from './tree.ts'
import type { Action } from './types.ts'

const action = (id: number, file: string, destination: string | null): Action => ({
  id,
  file,
  action: destination === null ? 'skip' : 'move',
  destination,
  reason: '',
  because: 'rule',
  category: null,
  size_bytes: 1,
  state: 'planned',
  outcome: null,
})

const ACTIONS = [
  action(0, 'b10.pdf', 'Documents/2026/b10.pdf'),
  action(1, 'b9.pdf', 'Documents/2026/b9.pdf'),
  action(2, 'notes/a.txt', null),
]

const drawn = (side: 'before' | 'after', open = true) =>
  visibleRows(buildTree(ACTIONS, side), () => open).map(({ node, depth }) => `${'  '.repeat(depth)}${node.name}`)

describe('the trees of a plan', () => {
  it('draw where files are, folders first and numbers in order', () => {
    expect(drawn('before')).toEqual(['notes', '  a.txt', 'b9.pdf', 'b10.pdf'])
  })

  it('draw where files will be', () => {
    expect(drawn('after')).toEqual(['Documents', '  2026', '    b9.pdf', '    b10.pdf', 'notes', '  a.txt'])
  })

  it('leave out the inside of closed folders but count it', () => {
    expect(drawn('after', false)).toEqual(['Documents', 'notes'])
    expect(buildTree(ACTIONS, 'after').folders.get('Documents')).toMatchObject({ count: 2, moving: 2 })
  })

  it('know what is in a folder and what folders a path is in', () => {
    expect(
      actionsIn(buildTree(ACTIONS, 'after'))
        .map(({ id }) => id)
        .sort(),
    ).toEqual([0, 1, 2])
    expect(foldersAbove('Documents/2026/b9.pdf')).toEqual(['Documents', 'Documents/2026'])
    expect(foldersAbove('top.txt')).toEqual([])
  })
})
