/** Starts the app: `node dist/server.js` from the build, or `node server.ts` from source. */
import { runServer } from './lib/server/main.ts'

await runServer()
