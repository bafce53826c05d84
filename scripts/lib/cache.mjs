// The cache outside the checkout: real programs, a newer Node, the peers of the benchmark. Everything in it can be made again.
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { setInterval, clearInterval } from 'node:timers'
import { setTimeout as sleep } from 'node:timers/promises'

/** The cache folder: `HWC_AI_CACHE_DIR`, else `$XDG_CACHE_HOME/hwc-ai`, else `~/.cache/hwc-ai`. */
function cacheDir() {
  if (process.env.HWC_AI_CACHE_DIR) return process.env.HWC_AI_CACHE_DIR
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hwc-ai')
}

/** A path inside the cache folder. */
export function cachePath(...parts) {
  return join(cacheDir(), ...parts)
}

/** What a stamp file says, or undefined. A stamp is written last, so a half-done installation has none. */
export function readStamp(path) {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

export function writeStamp(path, version) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${version}\n`)
}

const heartbeatMs = 5_000
/** A lock whose owner has not touched it for this long belongs to a process that died. */
const staleMs = 30_000

function lockAgeMs(path) {
  try {
    return Date.now() - statSync(path).mtimeMs
  } catch {
    return 0
  }
}

async function acquire(path, say) {
  let told = false
  for (;;) {
    try {
      mkdirSync(path)
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (lockAgeMs(path) > staleMs) {
      rmSync(path, { recursive: true, force: true })
      continue
    }
    if (!told) say(`waiting: another process is installing this (${path})`)
    told = true
    await sleep(500)
  }
}

/**
 * Runs `work` while holding a named lock in the cache, so that two runs beside each other install a program once.
 * A folder is the lock, since making one is atomic everywhere; a heartbeat tells a long build from a dead one.
 */
export async function withLock(name, say, work) {
  const path = cachePath(`.lock-${name}`)
  mkdirSync(dirname(path), { recursive: true })
  await acquire(path, say)
  const beat = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date())
    } catch {
      // The lock was taken away by hand; the work goes on, its result is the same.
    }
  }, heartbeatMs)
  try {
    return await work()
  } finally {
    clearInterval(beat)
    rmSync(path, { recursive: true, force: true })
  }
}

/** Installs into the cache unless the stamp already says this version. */
export async function once({ name, stamp, version, say }, install) {
  if (readStamp(stamp) === version) return false
  return withLock(name, say, async () => {
    if (readStamp(stamp) === version) return false
    await install()
    writeStamp(stamp, version)
    return true
  })
}
