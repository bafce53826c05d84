/** Whether the key of each enabled cloud provider can be used; the provider itself is reached only when a person asks. */
import { readFile, stat } from 'node:fs/promises'
import { isSystemError } from '../../errors/index.ts'
import { httpOutcome } from '../http-outcome.ts'
import { type CheckContext, type CheckSource, type Outcome, ok, trouble } from '../types.ts'

interface CloudProvider {
  id: 'openai' | 'anthropic'
  title: string
  /** How its own keys begin. */
  prefix: string
  /** Its own address; other services that speak its API have keys of other forms. */
  host: string
  headers: (key: string) => Record<string, string>
}

const PROVIDERS: readonly CloudProvider[] = [
  {
    id: 'openai',
    title: 'OpenAI',
    prefix: 'sk-',
    host: 'api.openai.com',
    headers: (key) => ({ authorization: `Bearer ${key}` }),
  },
  {
    id: 'anthropic',
    title: 'Anthropic',
    prefix: 'sk-ant-',
    host: 'api.anthropic.com',
    headers: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
  },
]

const MIN_KEY_CHARS = 16

/** What is wrong with the form of a key; null when nothing is. Never says anything of its content. */
function malformed(key: string, provider: CloudProvider, endpoint: string): string | null {
  if (key === '') return 'it is empty'
  if (/\s/.test(key)) return 'it holds more than one word'
  if (key.length < MIN_KEY_CHARS) return `it is shorter than ${MIN_KEY_CHARS} characters`
  const own = new URL(endpoint).hostname === provider.host
  return own && !key.startsWith(provider.prefix) ? `it does not begin with ${provider.prefix}` : null
}

async function run(provider: CloudProvider, file: string, endpoint: string, context: CheckContext): Promise<Outcome> {
  const expected = `a key of ${provider.title} in ${file}`
  const setting = `hwc.ai.cloud.${provider.id}.apiKeyFile`
  let key: string
  let mode: number
  try {
    key = (await readFile(file, 'utf8')).trim()
    mode = (await stat(file)).mode
  } catch (error) {
    const why = isSystemError(error, 'ENOENT') ? 'there is no such file' : 'it cannot be read'
    return trouble('down', expected, why, `Check ${setting}, and that the user of this app may read the file.`)
  }
  const fault = malformed(key, provider, endpoint)
  if (fault !== null)
    return trouble(
      'down',
      expected,
      `the file is there, but ${fault}`,
      `Write the key, and nothing else, into ${file}.`,
    )
  if ((mode & 0o004) !== 0)
    return trouble(
      'degraded',
      expected,
      'the key is there, but every user of this machine can read it',
      `chmod o-rwx ${file}`,
    )
  if (!context.reach) return ok(expected, 'the key is there and well-formed')
  const url = `${endpoint.replace(/\/+$/, '')}/models`
  const hint = `Check the key in ${file} at the provider, and the network.`
  return await httpOutcome({ url, expectStatus: 200, hint, headers: provider.headers(key) }, context.signal)
}

export const cloud: CheckSource = {
  id: 'cloud',
  prefix: 'cloud-',
  list: ({ settings }) => {
    const configured = settings().cloud
    if (!configured.enable) return []
    return PROVIDERS.flatMap((provider) => {
      const { enable, apiKeyFile, endpoint } = configured[provider.id]
      if (!enable || apiKeyFile === null) return []
      return [
        {
          id: `cloud-${provider.id}`,
          title: `The key of ${provider.title}`,
          run: (context) => run(provider, apiKeyFile, endpoint, context),
        },
      ]
    })
  },
}
