/** Reads the whole database on a thread of its own and says what is broken in it. */
import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { messageOf } from '../errors/index.ts'
import type { QuickCheckReply } from './checks/store-integrity.ts'

function check(file: string): QuickCheckReply {
  try {
    const database = new Database(file, { readonly: true, timeout: 10_000 })
    try {
      const said = database.prepare<[], string>('PRAGMA quick_check(20)').pluck().all()
      return { faults: said.filter((line) => line !== 'ok') }
    } finally {
      database.close()
    }
  } catch (error) {
    return { error: messageOf(error) }
  }
}

parentPort?.postMessage(check(String(workerData)))
