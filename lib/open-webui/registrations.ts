/** What this app wrote into Open WebUI's list, or accepted there: the base that later edits are told from. */
import * as z from 'zod'
import type { Store } from '../store/index.ts'
import type { Facts } from './connection.ts'
import { CONNECTION_FIELDS } from './schemas.ts'

const facts = z.record(z.enum(CONNECTION_FIELDS), z.string())
const base = z.object({ wanted: facts, stands: facts })

export interface Registration {
  id: string
  /** What the settings wanted then. */
  wanted: Facts
  /** How it stood in Open WebUI then. Where it differs from `wanted`, theirs was taken. */
  stands: Facts
  /** Our own key that was made for it; null for other servers. */
  keyId: string | null
  appliedAt: Date
}

export class Registrations {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  async all(): Promise<Map<string, Registration>> {
    const rows = await this.#store.db.selectFrom('tool_registrations').selectAll().execute()
    return new Map(
      rows.map(({ id, connection, key_id, applied_at }) => [
        id,
        { id, ...base.parse(JSON.parse(connection)), keyId: key_id, appliedAt: new Date(applied_at) },
      ]),
    )
  }

  async save({ id, wanted, stands, keyId, appliedAt }: Registration): Promise<void> {
    const row = {
      connection: JSON.stringify({ wanted, stands }),
      key_digest: stands.key === '' ? null : stands.key,
      key_id: keyId,
      applied_at: appliedAt.toISOString(),
    }
    await this.#store.db
      .insertInto('tool_registrations')
      .values({ id, ...row })
      .onConflict((on) => on.column('id').doUpdateSet(row))
      .execute()
  }

  async forget(id: string): Promise<void> {
    await this.#store.db.deleteFrom('tool_registrations').where('id', '=', id).execute()
  }
}
