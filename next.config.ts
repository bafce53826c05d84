import type { NextConfig } from 'next'

const development = process.env.NODE_ENV === 'development'

/**
 * The pages load nothing from another host and are framed by nobody. Next starts its pages with inline scripts, hence
 * `unsafe-inline`; reloading while developing needs `unsafe-eval` as well.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  `script-src 'self' 'unsafe-inline'${development ? " 'unsafe-eval'" : ''}`,
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  `connect-src 'self'${development ? ' ws:' : ''}`,
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
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
          { key: 'Content-Security-Policy', value: CONTENT_SECURITY_POLICY },
          { key: 'X-Content-Type-Options', value: 'nosniff' },
          { key: 'X-Frame-Options', value: 'DENY' },
          { key: 'Referrer-Policy', value: 'same-origin' },
          { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=()' },
        ],
      },
    ]),
}

export default config
