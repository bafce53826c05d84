/** A conversation as a Markdown file. */
import { minuteInUtc } from '#lib/text/time.ts'
import type { Message, Session } from './schemas.ts'

/** A fence longer than any in the text, so that code inside stays inside (https://spec.commonmark.org/0.31.2/#fenced-code-blocks). */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${text.trimEnd()}\n${fence}`
}

function section(message: Message): string {
  const who = message.role === 'user' ? 'You' : (message.model ?? 'Assistant')
  const parts = [`## ${who} · ${minuteInUtc(message.created_at)}`, message.content.trim()]
  if (message.context !== null && message.context !== '') parts.push('Context:', fenced(message.context))
  if (message.memory.length > 0)
    parts.push(
      'Offered from memory:',
      message.memory.map((item) => `- ${item.title}: ${item.text.replace(/\s+/g, ' ')}`).join('\n'),
    )
  if (message.incomplete) parts.push('*(stopped before its end)*')
  return parts.join('\n\n')
}

/** A name that every file system takes: date, words of the title, `.md`. */
function fileName(session: Session): string {
  const words = session.title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '')
  return `${session.created_at.slice(0, 10)}-${words === '' ? 'conversation' : words}.md`
}

export function exportSession(session: Session): { filename: string; markdown: string } {
  const head = [
    `# ${session.title}`,
    `Conversation ${session.session_id}, begun ${minuteInUtc(session.created_at)}, model ${session.model}.`,
  ]
  if (session.system_prompt !== '') head.push(`Instructions: ${session.system_prompt}`)
  return { filename: fileName(session), markdown: `${[...head, ...session.messages.map(section)].join('\n\n')}\n` }
}
