import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { bundle } from './bundle.mjs'
import { readStamp, writeStamp } from './cache.mjs'
import { inRoot, localBin, root } from './root.mjs'
import { run } from './run.mjs'
import { sourceDigest } from './sources.mjs'

const stamp = () => inRoot('dist', '.built')

/** `npx hwc-ai` looks in `node_modules/.bin`, where npm does not put a package's own command. */
function linkCommand() {
  mkdirSync(inRoot('node_modules', '.bin'), { recursive: true })
  rmSync(localBin('hwc-ai'), { force: true })
  symlinkSync('../../bin/hwc-ai.mjs', localBin('hwc-ai'))
}

function isBuilt(digest) {
  return readStamp(stamp()) === digest && existsSync(inRoot('.next', 'BUILD_ID')) && existsSync(localBin('hwc-ai'))
}

/** Builds when the sources differ from those of the last build, or `always`. */
export async function buildApp({ always = false } = {}) {
  const digest = sourceDigest()
  if (!always && isBuilt(digest)) return
  const start = performance.now()
  console.log('[build] bundling the server, the command and the workers')
  await bundle()
  console.log('[build] building the pages')
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
  await run(process.execPath, [inRoot('node_modules', 'next', 'dist', 'bin', 'next'), 'build'], { cwd: root, env })
  linkCommand()
  // Next fills in generated files, never sources, so the digest taken before still holds.
  writeStamp(stamp(), digest)
  console.log(`[build] done (${((performance.now() - start) / 1000).toFixed(1)} s)`)
}
