import { describe, expect, it } from 'vitest'
import { hostRefusal, isApi } from './requests.ts'

const asks = (url: string, headers: Record<string, string> = {}) => isApi({ url, headers })

describe('which requests are the API’s', () => {
  it.each(['/api/health', '/api', '/openapi.json', '/docs', '/metrics', '/mcp/workflows', '/'])('%s', (url) => {
    expect(asks(url)).toBe(true)
  })

  it.each(['/chat', '/cleanup/plan_1?tab=after', '/mcp', '/_next/static/chunks/a-b_c~.js', '/runs/a%20b'])(
    'not %s',
    (url) => {
      expect(asks(url)).toBe(false)
    },
  )

  it('the root is a page for a browser', () => {
    expect(asks('/', { accept: 'text/html,*/*' })).toBe(false)
    expect(asks('/', { rsc: '1' })).toBe(false)
  })

  it.each([
    '/_next/../api/keys',
    '/_next/%2e%2e/api/keys',
    '/x/..\\api/keys',
    '/_next/image?url=%2Fapi%2Fhealth&w=64&q=75',
    'http://evil.example/api/keys',
    '//evil.example/',
    '*',
  ])('%s, so that Next finds no way of its own to them', (url) => {
    expect(asks(url)).toBe(true)
  })
})

describe('a page under a name that is not this server’s', () => {
  it('is refused', async () => {
    const refusal = hostRefusal('evil.example', new Set())
    expect(refusal?.status).toBe(421)
    expect(await refusal?.json()).toMatchObject({ code: 'bad-host' })
    expect(hostRefusal(undefined, new Set())?.status).toBe(421)
  })

  it('is given under its own', () => {
    expect(hostRefusal('localhost:6021', new Set())).toBeNull()
    expect(hostRefusal('box.lan', new Set(['box.lan']))).toBeNull()
  })
})
