/** What `bin/hwc-ai.mjs` loads: the command line, compiled once. */
import { setFlagsFromString } from 'node:v8'
import { keepCompiled } from '../compile-cache.ts'

keepCompiled(import.meta.url)
// What a command loads outlives its first collections, from which V8 learns to collect seldom: left to grow, its nurseries would take
// 15 MB of a plan of 100,000 files. What serves goes on, and gains by it.
if (!process.argv.includes('serve')) setFlagsFromString('--semi-space-growth-factor=1')
await import('./main.ts')
