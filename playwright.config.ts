import { defineConfig } from '@playwright/test'

/** Debian's Chromium; its own sandbox does not work where tests run as root. */
const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const chromium = process.env['HWC_AI_TEST_CHROMIUM']

/** The journeys of a person through the built app (`npm run build` first). Each test starts an app of its own. */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env['CI'] !== undefined,
  retries: process.env['CI'] === undefined ? 0 : 1,
  reporter: 'list',
  outputDir: 'test-results',
  use: {
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: chromium === undefined || chromium === '' ? '/usr/bin/chromium' : chromium,
      args: CHROMIUM_FLAGS,
    },
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
  },
})
