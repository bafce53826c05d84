// `node bare-server.mjs PORT BYTES`: answers everything with the same JSON of that many bytes.
import { createServer } from 'node:http'

const [port, bytes] = process.argv.slice(2).map(Number)
const body = JSON.stringify({ text: 'x'.repeat(bytes - '{"text":""}'.length) })
const headers = { 'content-type': 'application/json', 'content-length': body.length }
createServer((_request, response) => {
  response.writeHead(200, headers)
  response.end(body)
}).listen(port, '127.0.0.1')
