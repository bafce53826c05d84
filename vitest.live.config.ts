import { defineConfig } from 'vitest/config'

/** Tests against programs that nobody here wrote (`*.live.test.ts`); one at a time, since they share a machine and a model. */
export default defineConfig({
  test: {
    include: ['{lib,workflows,nix,e2e}/**/*.live.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    // What a program of someone else's does in time depends on what else the machine does: a fault fails three times.
    retry: 2,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
})
