// Exports a tree in a process of its own that is killed right before the nth time it renames or removes a name:
// `node killed-export.ts DIRECTORY TREE_AS_JSON N`.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import * as z from 'zod'

const [directory = '', tree = '{}', step = '0'] = process.argv.slice(2)
let left = Number(step)

function orDie<A extends unknown[], R>(work: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    if (left-- === 0) process.kill(process.pid, 'SIGKILL')
    return work(...args)
  }
}
fs.renameSync = orDie(fs.renameSync)
fs.unlinkSync = orDie(fs.unlinkSync)
fs.rmdirSync = orDie(fs.rmdirSync)
fs.mkdirSync = new Proxy(fs.mkdirSync, {
  apply: (target, self, args) => orDie(() => Reflect.apply(target, self, args) as unknown)(),
})
syncBuiltinESMExports()

const { exportTree } = await import('../index.ts')
const files = z.record(z.string(), z.string()).parse(JSON.parse(tree))
await exportTree(new Map(Object.entries(files)), directory, { force: false, keep: [], version: '1.0.0' })
