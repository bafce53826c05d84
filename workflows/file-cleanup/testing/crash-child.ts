/**
 * Applies or undoes a plan and kills itself before the n-th step: the other half of `crash.test.ts`.
 *
 *     node crash-child.ts STORE PLAN apply|undo FOLDER N
 */
import { openStore } from '#lib/store/index.ts'
import { movePlan } from '../apply/job.ts'
import { steppingDisk, steppingStore } from './stepping.ts'

const [, , file = '', plan = '', direction, folder = '', at = '0'] = process.argv
let count = 0
const step = () => {
  if (++count === Number(at)) process.kill(process.pid, 'SIGKILL')
}
const store = openStore(file)
await movePlan(plan, direction === 'undo' ? 'undo' : 'apply', {
  store: steppingStore(store, step),
  disk: steppingDisk(step),
  allowed: { folders: [folder], setting: 'test' },
  now: () => new Date(),
  progress: () => false,
})
process.stdout.write(String(count))
