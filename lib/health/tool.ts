/** Health as a model sees it: what is wrong, since when, and what to do; what is well is only counted. */
import type { ToolFace } from '../operations/types.ts'
import { shorten } from '../tools/small.ts'
import type { Status } from './types.ts'

const MAX_TROUBLES = 10
const MAX_TEXT = 140

interface Checked {
  status: Status
  checks: readonly {
    title: string
    status: Status
    since: string | null
    expected: string
    actual: string
    hint: string | null
  }[]
}

export const healthTool: ToolFace<Checked> = {
  description:
    'Says how this machine and its AI services are: what is down or not as it should be, since when, and what to do. Use it when someone asks whether all is well, or why something does not work. For what happened in the logs, use write_journal.',
  answer({ status, checks }, link) {
    const troubles = checks.filter((check) => check.status === 'down' || check.status === 'degraded')
    return {
      status,
      checks: checks.length,
      well: checks.filter((check) => check.status === 'ok').length,
      not_known: checks.filter((check) => check.status === 'unknown').length,
      troubles: troubles.slice(0, MAX_TROUBLES).map(({ title, status: state, since, actual, hint }) => ({
        what: shorten(title, MAX_TEXT),
        status: state,
        since,
        found: shorten(actual, MAX_TEXT),
        ...(hint === null ? {} : { to_do: shorten(hint, MAX_TEXT) }),
      })),
      link: link('/health'),
    }
  },
}
