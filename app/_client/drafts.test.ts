import { expect, it } from 'vitest'
import { type DraftStorage, makeDrafts } from './drafts.ts'

/** @param room characters that fit; more are refused as a browser refuses them */
function storageOf(content: Map<string, string>, room = 1000): DraftStorage {
  return {
    get length() {
      return content.size
    },
    key: (n) => [...content.keys()][n] ?? null,
    getItem: (name) => content.get(name) ?? null,
    removeItem: (name) => void content.delete(name),
    setItem: (name, text) => {
      if (text.length > room) throw new DOMException('full', 'QuotaExceededError')
      content.set(name, text)
    },
  }
}

it('keeps a text under its name, and nothing for an empty one', () => {
  const content = new Map<string, string>()
  const drafts = makeDrafts(() => storageOf(content))
  drafts.keep('a', 'Hello')
  expect(drafts.read('a')).toBe('Hello')
  drafts.keep('a', '')
  expect([drafts.read('a'), content.size]).toEqual(['', 0])
})

it('lets a text go on under another name, and leaves one there where there is none to move', () => {
  const drafts = makeDrafts(() => storageOf(content))
  const content = new Map<string, string>()
  drafts.keep('new', 'Hello')
  drafts.move('new', 'chat_1')
  expect([drafts.read('new'), drafts.read('chat_1')]).toEqual(['', 'Hello'])
  drafts.move('new', 'chat_1')
  expect(drafts.read('chat_1')).toBe('Hello')
})

it('drops what was sent, and not what was begun meanwhile', () => {
  const drafts = makeDrafts(() => storageOf(content))
  const content = new Map<string, string>()
  drafts.keep('a', 'first')
  drafts.sent('a', 'first')
  expect(drafts.read('a')).toBe('')
  drafts.keep('a', 'second')
  drafts.sent('a', 'first')
  expect(drafts.read('a')).toBe('second')
})

it('leaves no older text where the newer one does not fit', () => {
  const drafts = makeDrafts(() => storageOf(content, 5))
  const content = new Map<string, string>()
  drafts.keep('a', 'short')
  drafts.keep('a', 'much longer')
  expect(drafts.read('a')).toBe('')
})

it('forgets every draft and nothing else', () => {
  const content = new Map([['theme', 'dark']])
  const drafts = makeDrafts(() => storageOf(content))
  for (const name of ['a', 'b', 'c']) drafts.keep(name, name)
  drafts.forgetAll()
  expect([...content.keys()]).toEqual(['theme'])
})

it('does without a storage that the browser refuses', () => {
  const drafts = makeDrafts(() => {
    throw new DOMException('refused', 'SecurityError')
  })
  drafts.keep('a', 'Hello')
  drafts.forgetAll()
  expect(drafts.read('a')).toBe('')
})
