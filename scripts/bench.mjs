// `npm run bench [-- NAME…]`: builds the app and runs the measurements of `bench/`, which install their peers themselves.
import { aptInstall } from './lib/apt.mjs'
import { buildApp } from './lib/build-app.mjs'
import { ensureDependencies } from './lib/deps.mjs'
import { ensureNode } from './lib/node.mjs'
import { inRoot, root } from './lib/root.mjs'
import { run, which } from './lib/run.mjs'

const all = ['http', 'cleanup', 'journal', 'health', 'mcp', 'nix']

await ensureNode()
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !all.includes(name))
if (unknown.length > 0) {
  console.error(`no such measurement: ${unknown.join(', ')}; there are ${all.join(', ')}`)
  process.exit(2)
}
const strip = process.features.typescript ? [] : ['--experimental-strip-types']
try {
  await ensureDependencies()
  await buildApp()
  if (!which('wrk')) await aptInstall(['wrk'], console.log)
  for (const name of asked.length > 0 ? asked : all) {
    console.log(`[bench] ${name}`)
    await run(process.execPath, [...strip, inRoot('bench', `${name}.ts`)], { cwd: root, show: true })
  }
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
