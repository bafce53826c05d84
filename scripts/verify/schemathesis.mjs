// The API as a stranger tests it: everything its OpenAPI document allows and forbids, with a key and without.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../lib/free-port.mjs'
import { runGroup } from '../lib/run-group.mjs'
import { serveApp } from '../lib/serve-app.mjs'
import { schemathesis as program } from '../live/schemathesis.mjs'
import { judged, sum } from './outcome.mjs'

const timeoutMs = 12 * 60_000
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
]
// 503 is the documented answer while no model backend answers or a log source cannot be read, 502 and 504 while another server,
// such as the Open WebUI at an address that was just made up, answers nonsense or nothing; a 500 is always a fault.
const configuration = '[checks]\nnot_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", 502, 503, 504]\n'

function counts(report) {
  try {
    const suite = /<testsuites\b[^>]*>/.exec(readFileSync(report, 'utf8'))?.[0] ?? ''
    const figure = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0)
    const failed = figure('failures') + figure('errors')
    const skipped = figure('skipped')
    return { passed: figure('tests') - failed - skipped, failed, skipped }
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }
  }
}

async function ask(app, name, headers, { env, folder }) {
  const report = join(folder, `schemathesis-${name}.xml`)
  const config = join(folder, 'schemathesis.toml')
  writeFileSync(config, configuration)
  const args = ['--config-file', config, 'run', `${app.url}/openapi.json`, '--checks', checks.join(',')]
  args.push('--max-examples', '25', '--request-timeout', '20', '--seed', '1', '--no-color', '--continue-on-failure')
  args.push('--generation-database', 'none', '--suppress-health-check', 'all', '--report-junit-path', report)
  for (const header of headers) args.push('--header', header)
  const result = await runGroup(program.find(), args, { cwd: folder, env, timeoutMs })
  return judged(counts(report), result)
}

export async function schemathesis(context) {
  const folder = join(context.folder, 'schemathesis')
  const inbox = join(folder, 'inbox')
  mkdirSync(inbox, { recursive: true })
  writeFileSync(join(inbox, 'invoice.pdf'), '%PDF-1.4\n')
  // A port where nothing listens: the same answers everywhere, with or without an Ollama on the machine.
  const config = {
    'local-workflows': { ollamaEndpoint: `http://127.0.0.1:${await freePort()}`, fileCleanup: { watchDirs: [inbox] } },
  }
  const app = await serveApp({ folder, config })
  try {
    const within = { ...context, folder }
    const withKey = await ask(app, 'with-key', [`Authorization: Bearer ${app.key}`], within)
    const without = await ask(app, 'without-key', [], within)
    const output = `with a key\n${withKey.output}\nwithout\n${without.output}\nthe app said\n${app.log().slice(-5_000)}`
    return { ...sum([withKey, without]), output }
  } finally {
    await app.stop()
  }
}
