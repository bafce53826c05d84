// `node one-by-one.mjs URL KEY BODY SECONDS`: one call after the other on one connection; prints what each call took, as percentiles.
// wrk counts the calls that a pause of the server kept from being sent as well, so its tails say for how much of the time a server
// paused; this says what a caller waits for.
import { connect } from 'node:net'

const [address, key, body, seconds] = process.argv.slice(2)
const url = new URL(address)
const request = [
  `POST ${url.pathname} HTTP/1.1`,
  `Host: ${url.host}`,
  `Authorization: Bearer ${key}`,
  'Content-Type: application/json',
  `Content-Length: ${Buffer.byteLength(body)}`,
  '',
  body,
].join('\r\n')

const socket = connect(Number(url.port), url.hostname)
socket.setNoDelay(true)

/** Sends the request and reads its answer whole. */
async function call(chunks) {
  socket.write(request)
  let text = ''
  for (;;) {
    const { value, done } = await chunks.next()
    if (done) throw new Error('the connection was closed')
    text += value.toString('latin1')
    const end = text.indexOf('\r\n\r\n')
    if (end < 0) continue
    if (!text.startsWith('HTTP/1.1 200')) throw new Error(text.slice(0, 500))
    const length = Number(/^content-length: (\d+)$/im.exec(text)?.[1])
    if (text.length - end - 4 >= length) return
  }
}

const chunks = socket[Symbol.asyncIterator]()
const took = []
const until = performance.now() + Number(seconds) * 1000
for (let began = performance.now(); began < until; began = performance.now()) {
  await call(chunks)
  took.push(performance.now() - began)
}
socket.destroy()
took.sort((a, b) => a - b)
const at = (share) => took[Math.floor(took.length * share)]
console.log(JSON.stringify({ calls: took.length, p50Ms: at(0.5), p99Ms: at(0.99) }))
