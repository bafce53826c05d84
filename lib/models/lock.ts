/** Only one at a time changes the models, in whichever process. */
import * as z from 'zod'
import { AppError } from '../errors/index.ts'
import { newId } from '../ids.ts'
import { isOwnerAlive, processOwner } from '../process/index.ts'
import type { Store } from '../store/index.ts'

const FACT = 'models.activity'

const activitySchema = z.object({
  id: z.string(),
  owner: z.string(),
  run_id: z.string().nullable(),
  since: z.iso.datetime(),
  /** What is being done now. */
  doing: z.string(),
})
export type Activity = z.output<typeof activitySchema>

async function read({ db }: Pick<Store, 'db'>): Promise<{ value: string; activity: Activity } | null> {
  const row = await db.selectFrom('facts').select('value').where('name', '=', FACT).executeTakeFirst()
  return row === undefined ? null : { value: row.value, activity: activitySchema.parse(JSON.parse(row.value)) }
}

/** What is being done to the models now, or null. */
export async function currentActivity(store: Pick<Store, 'db'>): Promise<Activity | null> {
  const found = await read(store)
  return found !== null && isOwnerAlive(found.activity.owner) ? found.activity : null
}

/**
 * Does work that changes models, alone. What a process that died was doing is no obstacle.
 * @param work is given a function that tells others what it is doing
 * @throws AppError `conflict` while someone else is at it
 */
export async function alone<T>(
  { store, runId, now }: { store: Pick<Store, 'db'>; runId: string | null; now: () => Date },
  work: (tell: (doing: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  const { db } = store
  const other = await read(store)
  if (other !== null && !isOwnerAlive(other.activity.owner))
    await db.deleteFrom('facts').where('name', '=', FACT).where('value', '=', other.value).execute()
  const since = now().toISOString()
  let mine: Activity = {
    id: newId('models'),
    owner: processOwner(),
    run_id: runId,
    since,
    doing: 'looking at the models',
  }
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('facts')
    .values({ name: FACT, value: JSON.stringify(mine), updated_at: since })
    .onConflict((on) => on.column('name').doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows !== 1n) throw busy((await read(store))?.activity ?? null)
  const tell = async (doing: string) => {
    const before = JSON.stringify(mine)
    mine = { ...mine, doing }
    const row = { value: JSON.stringify(mine), updated_at: now().toISOString() }
    await db.updateTable('facts').set(row).where('name', '=', FACT).where('value', '=', before).execute()
  }
  try {
    return await work(tell)
  } finally {
    await db.deleteFrom('facts').where('name', '=', FACT).where('value', '=', JSON.stringify(mine)).execute()
  }
}

function busy(activity: Activity | null): AppError {
  const run = activity?.run_id ?? null
  return new AppError(
    'conflict',
    `The models are being changed already${activity === null ? '' : `: ${activity.doing}`}.`,
    {
      hint: run === null ? 'Wait until that is done.' : `Wait until run ${run} is done, or cancel it.`,
      retryAfterSeconds: 30,
    },
  )
}
