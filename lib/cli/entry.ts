/** What `bin/hwc-ai.mjs` loads: the command line, compiled once. */
import { keepCompiled } from '../compile-cache.ts'

keepCompiled(import.meta.url)
await import('./main.ts')
