/** Starts the app: `node dist/server.js` from the build, or `node server.ts` from source. */
import { keepCompiled } from './lib/compile-cache.ts'

keepCompiled(import.meta.url)
const { runServer } = await import('./lib/server/main.ts')
await runServer()
