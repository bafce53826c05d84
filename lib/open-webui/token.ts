/** The administrator's token of Open WebUI: from a file that the settings name, or given in the admin and kept sealed. */
import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import type { Settings } from '../config/index.ts'
import { AppError, messageOf } from '../errors/index.ts'
import type { Secrets } from '../secrets/index.ts'

const NAME = 'open-webui.token'
/** Sealed together with the address it was given for: whoever changes the address does not get the token sent there. */
const sealed = z.object({ url: z.string(), token: z.string() })

const GIVE_ONE =
  'Enter a token of an administrator of Open WebUI on the page Open WebUI, or name its file in open-webui.adminTokenFile.'

export interface Token {
  from: 'file' | 'stored'
  secret: string
}

export class Tokens {
  readonly #secrets: Secrets
  readonly #settings: () => Settings['open-webui']

  constructor(secrets: Secrets, settings: () => Settings['open-webui']) {
    this.#secrets = secrets
    this.#settings = settings
  }

  /** Where a token would come from; does not read it. */
  async source(): Promise<'file' | 'stored' | 'none'> {
    if (this.#settings().adminTokenFile !== null) return 'file'
    return (await this.#secrets.has(NAME)) ? 'stored' : 'none'
  }

  async #fromFile(file: string): Promise<Token> {
    try {
      const secret = (await readFile(file, 'utf8')).trim()
      if (secret !== '' && !/\s/.test(secret)) return { from: 'file', secret }
    } catch (error) {
      throw new AppError('not-connected', `The token of Open WebUI cannot be read from ${file}: ${messageOf(error)}`, {
        cause: error,
        hint: 'Check open-webui.adminTokenFile and who may read that file.',
      })
    }
    throw new AppError('not-connected', `${file} holds no token of Open WebUI.`, {
      hint: 'Put the token of an administrator of Open WebUI into it, and nothing else.',
    })
  }

  /**
   * The token for an address.
   * @throws AppError `not-connected` that says what to do
   */
  async read(url: string): Promise<Token> {
    const { adminTokenFile } = this.#settings()
    if (adminTokenFile !== null) return this.#fromFile(adminTokenFile)
    const text = await this.#secrets.get(NAME)
    if (text === null)
      throw new AppError('not-connected', 'Open WebUI is not connected: there is no token.', { hint: GIVE_ONE })
    const kept = sealed.parse(JSON.parse(text))
    if (kept.url !== url)
      throw new AppError('not-connected', `The token was given for ${kept.url}, and Open WebUI is now at ${url}.`, {
        hint: 'Enter the token again on the page Open WebUI, so that it goes nowhere you did not mean.',
      })
    return { from: 'stored', secret: kept.token }
  }

  keep(url: string, token: string): Promise<void> {
    return this.#secrets.put(NAME, JSON.stringify({ url, token }))
  }

  forget(): Promise<void> {
    return this.#secrets.delete(NAME)
  }
}
