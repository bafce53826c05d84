/** Hashes files on a thread of its own: 40 GB would hold up a server for minutes. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { messageOf } from '../errors/index.ts'
import type { HashReply, HashRequest } from './hash.ts'

const CHUNK_BYTES = 4_194_304

const tell = (reply: HashReply) => parentPort?.postMessage(reply)

for (const path of (workerData as HashRequest).paths) {
  try {
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
      hash.update(chunk)
      tell({ kind: 'read', bytes: chunk.length })
    }
    tell({ kind: 'hashed', path, sha256: hash.digest('hex') })
  } catch (error) {
    tell({ kind: 'failed', path, reason: messageOf(error) })
  }
}
