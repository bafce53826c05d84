/** Secrets of other programs, such as Open WebUI's token: sealed in the store with a key that lies beside it. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, isSystemError } from '../errors/index.ts'
import type { Store } from '../store/index.ts'

const KEY_FILE = 'secrets.key'
const KEY_BYTES = 32
/** NIST SP 800-38D, 8.2: 96 bits for the nonce of AES-GCM. */
const NONCE_BYTES = 12
const TAG_BYTES = 16

export interface SecretsOptions {
  store: Store
  /** Folder of the app's state. */
  stateDir: string
  now: () => Date
}

/** A backup of the database alone, or a look into it, gives nothing away: the key is in a file of its own, 0600. */
export class Secrets {
  readonly #options: SecretsOptions
  #key: Buffer | null = null

  constructor(options: SecretsOptions) {
    this.#options = options
  }

  #readKey(file: string): Buffer {
    const key = readFileSync(file)
    if (key.length === KEY_BYTES) return key
    throw new AppError('settings-invalid', `${file} is not the key of this app's secrets.`, {
      hint: 'Bring back the file from a backup, or remove it and enter the secrets again.',
    })
  }

  /** Made under another name and then linked, so that two processes which do it at the same time end up with the same whole one. */
  #makeKey(file: string): void {
    const made = `${file}.${process.pid}`
    const descriptor = openSync(made, 'w', 0o600)
    try {
      writeSync(descriptor, randomBytes(KEY_BYTES))
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    try {
      linkSync(made, file)
    } catch (error) {
      if (!isSystemError(error, 'EEXIST')) throw error
    } finally {
      unlinkSync(made)
    }
    // Its name, too, is on the disk before anything is sealed with it.
    const folder = openSync(this.#options.stateDir, 'r')
    try {
      fsyncSync(folder)
    } finally {
      closeSync(folder)
    }
  }

  /** Made at first use. */
  #ownKey(): Buffer {
    if (this.#key !== null) return this.#key
    const file = join(this.#options.stateDir, KEY_FILE)
    if (!existsSync(file)) this.#makeKey(file)
    this.#key = this.#readKey(file)
    return this.#key
  }

  /** Keeps a secret under a name, in place of what was there. */
  async put(name: string, secret: string): Promise<void> {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.#ownKey(), nonce)
    // The name is bound to it, so that rows cannot be swapped.
    cipher.setAAD(Buffer.from(name))
    const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
    const row = {
      sealed: Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64'),
      updated_at: this.#options.now().toISOString(),
    }
    await this.#options.store.db
      .insertInto('sealed_secrets')
      .values({ name, ...row })
      .onConflict((on) => on.column('name').doUpdateSet(row))
      .execute()
  }

  /** Whether there is a secret under a name, be it that it can be opened or not. */
  async has(name: string): Promise<boolean> {
    const row = await this.#options.store.db
      .selectFrom('sealed_secrets')
      .select('name')
      .where('name', '=', name)
      .executeTakeFirst()
    return row !== undefined
  }

  /**
   * The secret under a name, or null when there is none.
   * @throws AppError `settings-invalid` when its key is lost or another
   */
  async get(name: string): Promise<string | null> {
    const row = await this.#options.store.db
      .selectFrom('sealed_secrets')
      .select('sealed')
      .where('name', '=', name)
      .executeTakeFirst()
    if (row === undefined) return null
    const bytes = Buffer.from(row.sealed, 'base64')
    const decipher = createDecipheriv('aes-256-gcm', this.#ownKey(), bytes.subarray(0, NONCE_BYTES))
    decipher.setAAD(Buffer.from(name))
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
    try {
      return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    } catch (error) {
      throw new AppError('settings-invalid', `The secret "${name}" cannot be opened: ${KEY_FILE} is not its key.`, {
        cause: error,
        hint: 'Enter the secret again, or bring back the state folder as a whole from a backup.',
      })
    }
  }

  async delete(name: string): Promise<void> {
    await this.#options.store.db.deleteFrom('sealed_secrets').where('name', '=', name).execute()
  }
}
