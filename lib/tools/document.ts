/** What the OpenAPI documents for models have in common, ours and those of the servers behind the gateway. */

const PROBLEM = {
  type: 'object',
  properties: {
    title: { type: 'string' },
    detail: { type: 'string', description: 'What is wrong' },
    code: { type: 'string' },
    hint: { type: 'string', description: 'What to do next' },
  },
} as const

/** Any answer but a success. */
export const FAILURE_RESPONSE = {
  description: 'What went wrong',
  content: { 'application/problem+json': { schema: PROBLEM } },
} as const

/** Who may call: with a key as bearer. */
export const KEY_SECURITY = [{ key: [] }] as const
export const KEY_SCHEMES = { key: { type: 'http', scheme: 'bearer' } } as const
