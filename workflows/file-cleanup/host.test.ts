import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Job } from './engine.ts'
import { WorkerHost } from './host.ts'
import { pdf } from './testing/contents.ts'
import { Scene } from './testing/scene.ts'

const services = {
  signal: new AbortController().signal,
  progress: () => undefined,
  askModel: () => Promise.resolve({ categories: null, why: 'no model answers' }),
}

const planOf = (scene: Scene): Job => ({
  kind: 'plan',
  directory: scene.root,
  recursive: true,
  rulesDir: null,
  askModel: false,
  apply: false,
  allowed: { folders: [scene.root], setting: 'test' },
})

describe('the threads', () => {
  it('give their results when they end after each job, and when they wait for the next', async () => {
    using scene = new Scene()
    writeFileSync(join(scene.root, 'a.pdf'), pdf('a'))
    for (const spentBytes of [0, Number.MAX_SAFE_INTEGER]) {
      const host = new WorkerHost(scene.storeFile, spentBytes)
      const both = await Promise.all([host.run(planOf(scene), services), host.run(planOf(scene), services)])
      const third = await host.run(planOf(scene), services)
      const ids = [...both, third].map(({ planId }) => planId ?? '')
      expect(new Set(ids).size).toBe(3)
      for (const id of ids) expect(await scene.view(id)).toMatchObject({ summary: { move: 1 } })
    }
  })
})
