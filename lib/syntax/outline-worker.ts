/** Reads one long source file on a thread of its own. */
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../errors/index.ts'
import type { OutlineReply, OutlineRequest } from './outline.ts'
import { LANGUAGES } from './registry.ts'

async function answer({ languageId, source, fileName }: OutlineRequest): Promise<OutlineReply> {
  const language = LANGUAGES.find((candidate) => candidate.id === languageId)
  if (language === undefined) return { error: `there is no language ${languageId}` }
  try {
    return { outline: await language.outline(source, fileName) }
  } catch (error) {
    return { error: messageOf(error) }
  }
}

parentPort?.postMessage(await answer(workerData as OutlineRequest))
