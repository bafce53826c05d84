import { TrieRouter } from 'hono/router/trie-router'
import { describe, expect, it } from 'vitest'
import { KnownPathsRouter } from './router.ts'

const handlers = (router: KnownPathsRouter<string>, method: string, path: string) =>
  router.match(method, path)[0].map(([handler]) => handler)

describe('the router of known paths', () => {
  it('finds what the router below it finds, the second time too', () => {
    const [below, router] = [new TrieRouter<string>(), new KnownPathsRouter(new TrieRouter<string>())]
    const routes = [
      ['GET', '/things', 'list'],
      ['POST', '/things', 'make'],
      ['GET', '/things/:id', 'show'],
      ['ALL', '/things/*', 'any'],
      ['GET', '/things/all', 'all'],
    ] as const
    for (const [method, path, handler] of routes) {
      below.add(method, path, handler)
      router.add(method, path, handler)
    }
    for (const _time of [1, 2])
      for (const method of ['GET', 'POST', 'PUT'])
        for (const path of ['/things', '/things/7', '/things/all', '/nothing', '/things/'])
          expect(handlers(router, method, path)).toEqual(below.match(method, path)[0].map(([handler]) => handler))
  })

  it('does not hold on to what a later route changes', () => {
    const router = new KnownPathsRouter(new TrieRouter<string>())
    router.add('GET', '/things', 'list')
    expect(handlers(router, 'GET', '/things')).toEqual(['list'])
    router.add('GET', '/things', 'more')
    expect(handlers(router, 'GET', '/things')).toEqual(['list', 'more'])
  })
})
