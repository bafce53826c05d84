/**
 * The thread in which cleanups run, with a connection of its own to the store. One job at a time. What it imports costs each
 * cleanup of a large folder time and memory: YAML and Zod are only for rules of one's own (`rules/parse.ts`).
 */
import { getHeapStatistics } from 'node:v8'
import { parentPort, workerData } from 'node:worker_threads'
import { openStore } from '#lib/store/index.ts'
import { CleanupEngine, type EngineServices } from './engine.ts'
import type { ModelAnswer } from './plan/make-plan.ts'
import { errorFromWire, wireError, type FromWorker, type ToWorker, type WorkerData } from './protocol.ts'

const { storeFile, spentBytes } = workerData as WorkerData
const engine = new CleanupEngine(openStore(storeFile))
const waiting = new Map<number, PromiseWithResolvers<ModelAnswer>>()
const send = (message: FromWorker) => parentPort?.postMessage(message)

function services(id: number, cancel: Int32Array): EngineServices {
  return {
    progress: (progress) => send({ type: 'progress', id, progress }),
    isCancelled: () => Atomics.load(cancel, 0) === 1,
    askModel: (files, categories) => {
      const answer = Promise.withResolvers<ModelAnswer>()
      waiting.set(id, answer)
      send({ type: 'ask', id, files, categories })
      return answer.promise
    },
  }
}

async function work({ id, job, cancel }: Extract<ToWorker, { type: 'job' }>): Promise<void> {
  try {
    const result = await engine.run(job, services(id, cancel))
    send({ type: 'done', id, result, isSpent: getHeapStatistics().total_heap_size > spentBytes })
  } catch (error) {
    send({ type: 'failed', id, error: wireError(error) })
  }
}

parentPort?.on('message', (message: ToWorker) => {
  if (message.type === 'job') return void work(message)
  const answer = waiting.get(message.id)
  waiting.delete(message.id)
  if (message.type === 'answer') answer?.resolve(message.answer)
  else answer?.reject(errorFromWire(message.error))
})
