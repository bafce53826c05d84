/** The note in the store that a server runs on it: so there is one at most, and the command line knows of it. */
import * as z from 'zod'
import { isOwnerAlive, processOwner } from '../process/index.ts'
import type { Store } from '../store/index.ts'

const SERVER_FACT = 'server'

const serverFact = z.object({
  owner: z.string(),
  version: z.string(),
  address: z.string(),
  started_at: z.iso.datetime(),
  requests_processed: z.int(),
})
export type ServerFact = z.output<typeof serverFact>

/** Notes in the store that a server runs, so that the command line knows it too. */
export async function saveServerFact(store: Store, fact: ServerFact, now: Date): Promise<void> {
  const row = { value: JSON.stringify(fact), updated_at: now.toISOString() }
  await store.db
    .insertInto('facts')
    .values({ name: SERVER_FACT, ...row })
    .onConflict((on) => on.column('name').doUpdateSet(row))
    .execute()
}

/**
 * Notes that this process serves the store, unless another one does: of several that start in one moment exactly one may.
 * @returns the server that runs already, else null
 */
export async function claimServer(store: Store, fact: ServerFact, now: Date): Promise<ServerFact | null> {
  const row = { value: JSON.stringify(fact), updated_at: now.toISOString() }
  for (;;) {
    const found = await store.db.selectFrom('facts').select('value').where('name', '=', SERVER_FACT).executeTakeFirst()
    const other = found === undefined ? null : serverIn(found.value, fact.owner)
    if (other !== null) return other
    const claimed =
      found === undefined
        ? (
            await store.db
              .insertInto('facts')
              .values({ name: SERVER_FACT, ...row })
              .onConflict((on) => on.doNothing())
              .executeTakeFirst()
          ).numInsertedOrUpdatedRows
        : (
            await store.db
              .updateTable('facts')
              .set(row)
              .where('name', '=', SERVER_FACT)
              .where('value', '=', found.value)
              .executeTakeFirst()
          ).numUpdatedRows
    if (claimed === 1n) return null
  }
}

/** Takes the note away when the server stops; another server's stays. */
export async function forgetServerFact(store: Store): Promise<void> {
  const row = await store.db.selectFrom('facts').select('value').where('name', '=', SERVER_FACT).executeTakeFirst()
  if (row === undefined || serverFact.parse(JSON.parse(row.value)).owner !== processOwner()) return
  await store.db.deleteFrom('facts').where('name', '=', SERVER_FACT).where('value', '=', row.value).execute()
}

/** The server that a note tells of, while it runs and is not who asks. */
function serverIn(note: string, asking = processOwner()): ServerFact | null {
  const fact = serverFact.parse(JSON.parse(note))
  return isOwnerAlive(fact.owner) && fact.owner !== asking ? fact : null
}

/** The server that runs on this store now, or null. A process does not find itself. */
export async function runningServer(store: Store): Promise<ServerFact | null> {
  const row = await store.db.selectFrom('facts').select('value').where('name', '=', SERVER_FACT).executeTakeFirst()
  return row === undefined ? null : serverIn(row.value)
}
