/** An open-addressing table from a 64-bit fingerprint to a small number: no object per entry, no strings. */
export class HashIndex {
  private lows: Int32Array
  private highs: Int32Array
  /** Value plus one; 0 marks an empty slot. */
  private values: Int32Array
  private mask: number
  size = 0

  /** @param capacity slots to start with, a power of two */
  constructor(capacity = 1024) {
    this.lows = new Int32Array(capacity)
    this.highs = new Int32Array(capacity)
    this.values = new Int32Array(capacity)
    this.mask = capacity - 1
  }

  /** The number stored under the fingerprint, or -1. */
  get(low: number, high: number): number {
    let slot = (low ^ (high >>> 7)) & this.mask
    for (;;) {
      const value = this.values[slot] ?? 0
      if (value === 0) return -1
      if (this.lows[slot] === low && this.highs[slot] === high) return value - 1
      slot = (slot + 1) & this.mask
    }
  }

  /** Stores `value` (0 or more), replacing what was there. */
  set(low: number, high: number, value: number): void {
    if ((this.size + 1) * 2 > this.values.length) this.grow()
    let slot = (low ^ (high >>> 7)) & this.mask
    while (this.values[slot] !== 0 && !(this.lows[slot] === low && this.highs[slot] === high))
      slot = (slot + 1) & this.mask
    if (this.values[slot] === 0) this.size++
    this.lows[slot] = low
    this.highs[slot] = high
    this.values[slot] = value + 1
  }

  /** Empties the table, keeping its room. */
  clear(): void {
    this.values.fill(0)
    this.size = 0
  }

  private grow(): void {
    const { lows, highs, values } = this
    const capacity = values.length * 2
    this.lows = new Int32Array(capacity)
    this.highs = new Int32Array(capacity)
    this.values = new Int32Array(capacity)
    this.mask = capacity - 1
    this.size = 0
    values.forEach((value, slot) => {
      if (value !== 0) this.set(lows[slot] ?? 0, highs[slot] ?? 0, value - 1)
    })
  }
}
