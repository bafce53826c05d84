/** An Ollama with models of believable sizes that answers a fixed text, for pictures of the app. */
import { createServer, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const MODELS = [
  { name: 'llama3.2:3b', size: 2_019_393_189, parameter_size: '3.2B' },
  { name: 'qwen2.5-coder:3b', size: 1_929_912_432, parameter_size: '3.1B' },
  { name: 'phi3.5:3.8b', size: 2_176_178_843, parameter_size: '3.8B' },
]

const ANSWER = `Exit code **137** means that the process was killed by \`SIGKILL\` (128 + 9), nearly always by the kernel's out-of-memory killer.

1. Look whether it was:

   \`\`\`sh
   journalctl -k --since today | grep -i "out of memory"
   \`\`\`

2. Give the container more, or its process less:

| Setting | Where | What it does |
|---|---|---|
| \`--memory 2g\` | container | the limit that was reached |
| \`MemoryHigh=\` | systemd unit | slows down before it kills |
`

/** A summary about the gravest groups that the question names, in the form it asks for. */
function summaryOf(question: string): string {
  const ids = [...question.matchAll(/"id":\s*"(T\d+)"/g)].map(([, id]) => id ?? '')
  const [first = 'T1', second = first] = ids
  return JSON.stringify({
    sentences: [
      { text: 'The database refused connections again and again.', groups: [first] },
      { text: 'A disk reports that it runs warm.', groups: [second] },
    ],
  })
}

async function answer(response: ServerResponse, model: string, pieces: readonly string[]): Promise<void> {
  const line = (value: object) =>
    response.write(`${JSON.stringify({ model, created_at: '2026-01-01T00:00:00Z', ...value })}\n`)
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  for (const content of pieces) {
    line({ message: { role: 'assistant', content }, done: false })
    await sleep(8)
  }
  const counts = { prompt_eval_count: 412, eval_count: pieces.length, total_duration: pieces.length * 41_000_000 }
  line({ message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', ...counts })
  response.end()
}

/** Starts it on a free port. */
export async function startDemoOllama(): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.url === '/api/version') response.end(JSON.stringify({ version: '0.17.4' }))
    else if (request.url === '/api/tags')
      response.end(
        JSON.stringify({
          models: MODELS.map(({ name, size, parameter_size }) => ({
            name,
            model: name,
            size,
            digest: `sha256:${name}`,
            details: { family: 'llama', parameter_size },
          })),
        }),
      )
    else {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => (body += text))
      request.on('end', () => {
        const { model, format } = JSON.parse(body) as { model: string; format?: unknown }
        const text = format === undefined ? ANSWER : summaryOf(body.replaceAll('\\"', '"'))
        void answer(response, model, text.match(/\s*\S+\s*/g) ?? [])
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
