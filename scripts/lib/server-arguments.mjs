import { inRoot } from './root.mjs'

/**
 * What Node is started with to serve. The nursery of the garbage collector is held at 4 MiB: what a request makes is gone
 * when it is answered, and left alone V8 would let it grow to 16, three times over, before it looks.
 */
export const serverArguments = ['--max-semi-space-size=4', inRoot('dist', 'server.js')]
