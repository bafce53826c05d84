import { createServer } from 'node:http'
import { expect, it } from 'vitest'
import { OpenWebuiClient } from './client.ts'

/** An Open WebUI whose list of tool servers is broken. */
async function brokenList() {
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(500).end('Internal Server Error')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    client: new OpenWebuiClient(`http://127.0.0.1:${address.port}`, 'token'),
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

it('says of a list that cannot be read and of one that cannot be saved what it is', async () => {
  await using broken = await brokenList()
  await expect(broken.client.connections()).rejects.toMatchObject({
    code: 'open-webui-error',
    message: 'Open WebUI cannot read its own list of tool servers.',
  })
  await expect(broken.client.replaceConnections([])).rejects.toMatchObject({
    code: 'open-webui-error',
    message: 'Open WebUI failed while it saved the list of tool servers.',
  })
})
