import { AppError } from '../errors/index.ts'

/**
 * Reads a backend's address: adds `http://` where it is left out, drops what follows the path.
 * @returns the base to resolve paths on (with a trailing slash, credentials kept for sending) and the form to show (without them)
 * @throws AppError `settings-invalid`
 */
export function parseEndpoint(endpoint: string): { base: URL; shown: string } {
  const written = endpoint.includes('://') ? endpoint : `http://${endpoint}`
  const base = URL.parse(written)
  if (base === null || !['http:', 'https:'].includes(base.protocol))
    throw new AppError('settings-invalid', `"${endpoint}" is not the address of a model backend.`, {
      hint: 'Write it like http://127.0.0.1:11434 in local-workflows.ollamaEndpoint or local-workflows.backend.endpoint.',
    })
  base.search = ''
  base.hash = ''
  base.pathname = base.pathname.replace(/\/*$/, '/')
  const shown = new URL(base)
  shown.username = ''
  shown.password = ''
  return { base, shown: shown.href.replace(/\/$/, '') }
}
