import { createServer } from 'node:net'

/** An address on loopback where nothing listens: a port that was free a moment ago. */
export function closedPort(): Promise<string> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'))
        else resolve(`http://127.0.0.1:${address.port}`)
      })
    })
  })
}
