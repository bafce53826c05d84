/** A backend that never ends its line must not fill the memory. */
const LONGEST_LINE = 8_000_000

/** Splits a byte stream into lines without their ends; a last line without an end counts. Both wires (NDJSON, SSE) are lines. */
export async function* splitLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const part of body) {
    rest += decoder.decode(part, { stream: true })
    let start = 0
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n', start)) {
      yield rest.slice(start, rest[end - 1] === '\r' ? end - 1 : end)
      start = end + 1
    }
    rest = rest.slice(start)
    if (rest.length > LONGEST_LINE) throw new Error(`a line is longer than ${LONGEST_LINE} characters`)
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}
