import { expect } from 'vitest'
import { closedPort } from '../../e2e/fakes/closed-port.ts'
import type { FakeBackend } from '../../e2e/fakes/backend-server.ts'
import type { ProviderHarness } from './conformance.ts'
import type { Provider } from './types.ts'

/**
 * A harness around one of the scripted servers.
 * @param schemaAt where the schema is found in the body of a question
 */
export async function fakeHarness(
  start: () => Promise<FakeBackend>,
  create: (endpoint: string) => Provider,
  schemaAt: string,
): Promise<ProviderHarness & { backend: FakeBackend }> {
  const backend = await start()
  return {
    backend,
    provider: create(backend.url),
    unreachable: create(await closedPort()),
    model: backend.models[0] ?? '',
    thinker: () => Promise.resolve(backend.models[0] ?? ''),
    play: (scenario) => backend.play(scenario),
    questioned: () => backend.questioned(),
    impatienceMs: 1000,
    stopped: () => backend.abandoned(),
    expectSchemaPassed: (schema, answer) => {
      expect(backend.questions.at(-1)?.body).toHaveProperty(schemaAt, schema)
      expect(JSON.parse(answer)).toEqual({ animal: 'cat' })
    },
    close: () => backend.close(),
  }
}
