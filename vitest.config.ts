import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{app,lib,workflows,nix,scripts}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/*.live.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
  },
})
