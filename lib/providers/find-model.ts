import { AppError } from '../errors/index.ts'
import type { ModelSummary } from './types.ts'

/**
 * The backend's own full name of a model: `llama3.2` is `llama3.2:latest`, and case does not matter, since backends
 * differ in whether they keep it.
 * @returns undefined when it is not there
 */
export function resolveName(name: string, models: readonly ModelSummary[]): string | undefined {
  const wanted = [name, `${name}:latest`]
  const exact = models.find((model) => wanted.includes(model.name))
  const folded = wanted.map((one) => one.toLowerCase())
  return (exact ?? models.find((model) => folded.includes(model.name.toLowerCase())))?.name
}

/** Names listed in a message before it says how many more there are. */
const LISTED = 12

export function notThere(name: string, models: readonly ModelSummary[], howToGet: string | undefined): AppError {
  const names = models.map((model) => model.name)
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : ''
  const there = names.length === 0 ? 'It has no model yet.' : `It has: ${names.slice(0, LISTED).join(', ')}${more}.`
  const advice = [howToGet, names.length === 0 ? undefined : 'Or name one that is there.'].filter(
    (part) => part !== undefined,
  )
  return new AppError('model-not-found', `The model "${name}" is not on this backend. ${there}`, {
    ...(advice.length === 0 ? {} : { hint: advice.join(' ') }),
    details: { model: name, available: names },
  })
}
