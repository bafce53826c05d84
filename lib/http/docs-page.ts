/** The API reference as one page that loads nothing: no script, no font, no other host. */
import { html, raw } from 'hono/html'
import { ERROR_CODES } from '../errors/index.ts'
import { fieldKind, type FieldKind, fieldsOf } from '../operations/coerce.ts'
import type { RegisteredOperation, Registry } from '../operations/registry.ts'

type Html = ReturnType<typeof html>

const STYLE = `
:root{color-scheme:light dark;--fg:#1c2024;--dim:#60646c;--line:#d9d9e0;--bg:#fcfcfd;--code:#f0f0f3;--accent:#0d74ce}
@media (prefers-color-scheme:dark){:root{--fg:#edeef0;--dim:#b0b4ba;--line:#363a3f;--bg:#111113;--code:#212225;--accent:#70b8ff}}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}
main{max-width:900px;margin:0 auto;padding:24px 16px 64px}h1{font-size:24px}h2{margin:48px 0 8px;font-size:20px}
section{border-top:1px solid var(--line);padding:16px 0}h3{margin:0 0 4px;font-size:16px}
code,pre{font:13px/1.5 ui-monospace,monospace;background:var(--code);border-radius:4px}code{padding:1px 4px}
pre{padding:12px;overflow:auto}p{margin:4px 0 8px}.dim{color:var(--dim)}a{color:var(--accent)}
table{width:100%;border-collapse:collapse;font-size:14px}th{text-align:left;color:var(--dim);font-weight:500}
th,td{padding:4px 8px 4px 0;vertical-align:top;border-bottom:1px solid var(--line)}nav a{margin-right:12px;white-space:nowrap}
dl{margin:8px 0;border-top:1px solid var(--line)}dl>div{padding:5px 0;border-bottom:1px solid var(--line);font-size:14px}
@media (min-width:720px){dl>div{display:grid;grid-template-columns:2fr 3fr;gap:16px}}dt,dd{margin:0;overflow-wrap:anywhere}
.method{font-weight:600;color:var(--accent)}.wide{overflow-x:auto}
nav{line-height:1.8}section,h2{scroll-margin-top:8px}`

function typeText(field: FieldKind): string {
  if (field.kind === 'enum') return field.values.join(' | ')
  if (field.kind === 'array') return `list of ${field.item === undefined ? 'values' : typeText(field.item)}`
  return field.kind === 'other' ? 'object' : field.kind
}

function fieldRows(operation: RegisteredOperation): Html[] {
  return Object.entries(fieldsOf(operation.input)).map(([name, schema]) => {
    const field = fieldKind(schema)
    const byDefault =
      field.defaultValue === undefined
        ? field.optional
          ? 'optional'
          : 'required'
        : `default ${JSON.stringify(field.defaultValue)}`
    return html`<div>
      <dt><code>${name}</code> <span class="dim">${typeText(field)}, ${byDefault}</span></dt>
      <dd>${field.description ?? ''}</dd>
    </div>`
  })
}

function curlExample(operation: RegisteredOperation, input: Record<string, unknown>): string {
  const rest = { ...input }
  const path = operation.http.path.replace(/:(\w+)/g, (_, name: string) => {
    const value = rest[name]
    Reflect.deleteProperty(rest, name)
    return typeof value === 'string' ? encodeURIComponent(value) : name.toUpperCase()
  })
  const key = operation.scope === 'public' ? '' : ' -H "Authorization: Bearer $HWC_AI_KEY"'
  const get = operation.http.method === 'GET' || operation.http.method === 'DELETE'
  const query = new URLSearchParams(Object.entries(rest).map(([name, value]) => [name, String(value)])).toString()
  if (get)
    return `curl -X ${operation.http.method}${key} 'http://127.0.0.1:6021${path}${query === '' ? '' : `?${query}`}'`
  return `curl -X ${operation.http.method}${key} -H 'Content-Type: application/json' \\\n  http://127.0.0.1:6021${path} -d '${JSON.stringify(rest)}'`
}

function operationSection(operation: RegisteredOperation): Html {
  const rows = fieldRows(operation)
  const examples = operation.examples.length > 0 ? operation.examples : [{ title: 'Call it', input: {} }]
  return html`<section id="${operation.id}">
    <h3><span class="method">${operation.http.method}</span> <code>${operation.http.path}</code> ${operation.title}</h3>
    <p>${operation.description}</p>
    <p class="dim">
      Scope <code>${operation.scope}</code>${operation.mutates ? ', changes things' : ''}${
        operation.cli === undefined
          ? ''
          : html`, on the command line <code>hwc-ai ${operation.cli.command.join(' ')}</code>`
      }${operation.watches === undefined ? '' : html`, answers <code>text/event-stream</code>`}
    </p>
    ${rows.length === 0 ? '' : html`<dl>${rows}</dl>`}
    ${examples.map(
      ({ title, input }) =>
        html`<p class="dim">${title}</p>
          <pre>${curlExample(operation, input)}</pre>`,
    )}
  </section>`
}

/** The operations of a group, under links to each. */
function groupSections(operations: readonly RegisteredOperation[]): Html {
  return html`<nav>${operations.map(({ id, title }) => html`<a href="#${id}">${title}</a> `)}</nav>
    ${operations.map(operationSection)}`
}

/** Renders the reference from the registry. */
export async function docsPage(registry: Registry, version: string): Promise<string> {
  const groups = [
    ...registry.workflows.map(({ id, title, description }) => ({ id, title, description })),
    { id: 'system', title: 'System', description: 'Status, runs, keys, settings and sign-in.' },
  ]
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>hwc-ai API</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <a href="/">All pages</a>
          <h1>hwc-ai API <span class="dim">${version}</span></h1>
          <p>
            Everything here is also in <a href="/openapi.json">openapi.json</a> and on the command line (<code
              >hwc-ai --help</code
            >). Long operations answer with server-sent events when asked for <code>text/event-stream</code>, or at once
            with a run to watch when sent <code>Prefer: respond-async</code>.
          </p>
          <nav>
            ${groups.map((group) => html`<a href="#${group.id}">${group.title}</a> `)}<a href="#errors">Errors</a>
          </nav>
          ${groups.map(
            (group) =>
              html`<h2 id="${group.id}">${group.title}</h2>
                <p class="dim">${group.description}</p>
                ${groupSections(registry.operations.filter((operation) => operation.group === group.id))}`,
          )}
          <h2 id="errors">Errors</h2>
          <p>Every failure is <code>application/problem+json</code> (RFC 9457) with one of these codes.</p>
          <div class="wide">
            <table>
              <tr>
                <th>code</th>
                <th>status</th>
                <th>meaning</th>
              </tr>
              ${Object.entries(ERROR_CODES).map(
                ([code, { status, title }]) =>
                  html`<tr id="error-${code}">
                    <td><code>${code}</code></td>
                    <td>${status}</td>
                    <td>${title}</td>
                  </tr>`,
              )}
            </table>
          </div>
        </main>
      </body>
    </html>`
  return page.toString()
}
