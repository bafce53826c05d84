import type { NextConfig } from 'next'

const development = process.env.NODE_ENV === 'development'

/**
 * While developing, pages are reloaded over a socket and with `eval`. The built app sets a stricter one for each page
 * (`lib/server/page-policy.ts`).
 */
const DEVELOPMENT_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self' ws:",
  "frame-ancestors 'none'",
].join('; ')

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  agentRules: false,
  devIndicators: false,
  // A build asks no registry about newer versions and never stops for one.
  experimental: { agentUpgrade: false },
  // `tsc` checks the whole project, pages included; the build does not check it a second time.
  // Next rewrites a tsconfig to its taste unless it extends another one.
  typescript: { ignoreBuildErrors: true, tsconfigPath: 'app/tsconfig.json' },
  headers: () =>
    Promise.resolve([
      {
        source: '/:path*',
        headers: [
          ...(development ? [{ key: 'Content-Security-Policy', value: DEVELOPMENT_POLICY }] : []),
          { key: 'X-Content-Type-Options', value: 'nosniff' },
          { key: 'X-Frame-Options', value: 'DENY' },
          { key: 'Referrer-Policy', value: 'same-origin' },
          { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=()' },
        ],
      },
    ]),
}

export default config
