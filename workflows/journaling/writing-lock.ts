/** One entry is written at a time on one store: two at once would each take the other's new templates for their own. */
import { randomUUID } from 'node:crypto'
import * as z from 'zod'
import { AppError } from '#lib/errors/index.ts'
import { isOwnerAlive, processOwner } from '#lib/process/index.ts'
import type { Store } from '#lib/store/index.ts'

const NAME = 'journal.writing'
const holderSchema = z.object({ owner: z.string(), token: z.string() })

/**
 * Does `work` while no other process or run writes an entry. A holder that died, whatever killed it, is no obstacle.
 * @throws AppError `conflict` when an entry is being written
 */
export async function whileWriting<Result>(store: Store, now: Date, work: () => Promise<Result>): Promise<Result> {
  const value = JSON.stringify({ owner: processOwner(), token: randomUUID() })
  if (!(await take(store, value, now)))
    throw new AppError('conflict', 'A journal entry is being written already.', {
      hint: 'Wait until that run has ended; it is listed under runs.',
    })
  try {
    return await work()
  } finally {
    await store.db.deleteFrom('facts').where('name', '=', NAME).where('value', '=', value).execute()
  }
}

async function take({ db }: Store, value: string, now: Date): Promise<boolean> {
  const row = { name: NAME, value, updated_at: now.toISOString() }
  const made = await db
    .insertInto('facts')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (made.numInsertedOrUpdatedRows === 1n) return true
  const held = await db.selectFrom('facts').select('value').where('name', '=', NAME).executeTakeFirst()
  if (held === undefined || isHeld(held.value)) return false
  const taken = await db
    .updateTable('facts')
    .set(row)
    .where('name', '=', NAME)
    .where('value', '=', held.value)
    .executeTakeFirst()
  return taken.numUpdatedRows === 1n
}

function isHeld(value: string): boolean {
  const holder = holderSchema.safeParse(JSON.parse(value))
  return holder.success && isOwnerAlive(holder.data.owner)
}
