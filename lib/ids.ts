import { randomBytes } from 'node:crypto'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

const RANDOM_CHARS = 10
/** Random bytes are drawn for many ids at a time: asking for ten costs as much as asking for thousands. */
const pool = { bytes: Buffer.alloc(0), used: 0 }

function randomPart(): Buffer {
  if (pool.used + RANDOM_CHARS > pool.bytes.length)
    Object.assign(pool, { bytes: randomBytes(RANDOM_CHARS * 256), used: 0 })
  const part = pool.bytes.subarray(pool.used, pool.used + RANDOM_CHARS)
  pool.used += RANDOM_CHARS
  return part
}

/**
 * A new id such as `run_01jd4k3v9q8m2x7c5a`: 10 characters of time (milliseconds, so ids sort by age) and 50 random bits,
 * in Crockford's base 32 in lower case.
 * @param prefix what it names, e.g. `run`
 * @param at time in milliseconds since 1970
 */
export function newId(prefix: string, at: number = Date.now()): string {
  let time = ''
  for (let rest = at, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = `${ALPHABET[rest % 32] ?? '0'}${time}`
  let random = ''
  for (const byte of randomPart()) random += ALPHABET[byte % 32] ?? '0'
  return `${prefix}_${time}${random}`
}
