/** Texts that were begun and not sent. They stay in their tab, and end with it or when its person signs out. */

const PREFIX = 'draft:'

/** What of the browser's storage is used. */
export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>

/** @param storage asked at each use: a browser may refuse it, and an unsent text then lasts as long as its page */
export function makeDrafts(storage: () => DraftStorage) {
  const tried = <Value>(use: (storage: DraftStorage) => Value, otherwise: Value): Value => {
    try {
      return use(storage())
    } catch {
      return otherwise
    }
  }
  const read = (name: string): string => tried((kept) => kept.getItem(PREFIX + name) ?? '', '')
  /** Keeps a text in place of the one before; an empty one is no draft. */
  const keep = (name: string, text: string): void =>
    tried((kept) => {
      // What no longer fits must not leave an older text in its place.
      kept.removeItem(PREFIX + name)
      if (text !== '') kept.setItem(PREFIX + name, text)
    }, undefined)
  return {
    read,
    keep,
    /** What was begun under one name goes on under another. */
    move(from: string, to: string): void {
      const text = read(from)
      if (text !== '') keep(to, text)
      keep(from, '')
    },
    /** Drops a text that was sent, unless another was begun meanwhile. */
    sent(name: string, text: string): void {
      if (read(name) === text) keep(name, '')
    },
    forgetAll: (): void =>
      tried((kept) => {
        const names = Array.from({ length: kept.length }, (_, n) => kept.key(n))
        for (const name of names) if (name?.startsWith(PREFIX) === true) kept.removeItem(name)
      }, undefined),
  }
}

export const drafts = makeDrafts(() => sessionStorage)
