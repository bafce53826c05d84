import { inRoot } from './root.mjs'

/**
 * What Node is started with to serve. The nursery of the garbage collector is held at 2 MiB, which stay in the processor's
 * cache: what a request makes is gone when it is answered, and left alone V8 would let it grow to 16, three times over, before
 * it looks. A limit below 2 GiB on the heap, over twenty times what is in use, makes V8 collect after the heap has grown by
 * half rather than threefold: https://github.com/v8/v8/blob/main/src/heap/memory-controller.cc
 */
export const serverArguments = ['--max-semi-space-size=2', '--max-old-space-size=1024', inRoot('dist', 'server.js')]
