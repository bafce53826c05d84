/** Node's own HTTP server with one fixed answer: what there is to win or lose on this machine. */
import { fileURLToPath } from 'node:url'
import type { ServerSpec } from '../process.ts'

/** @param answerBytes size of its answer, as large as that which it is set beside */
export function bareNode(port: number, answerBytes: number): ServerSpec {
  return {
    name: 'bare Node',
    command: process.execPath,
    args: [fileURLToPath(new URL('./bare-server.mjs', import.meta.url)), `${port}`, `${answerBytes}`],
    env: { ...process.env },
    cwd: import.meta.dirname,
    url: `http://127.0.0.1:${port}`,
    key: 'none',
  }
}
