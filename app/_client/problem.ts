import type { Problem } from '#lib/errors/problem.ts'

export type { Problem }

/** What the API refused or failed with, as the person is to read it. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

function own(code: string, title: string, detail: string, hint: string): Problem {
  return { type: 'about:blank', title, status: 0, detail, code, hint }
}

/** The app did not answer at all. */
export function unreachable(detail = 'The connection to the app was lost.'): ApiProblem {
  return new ApiProblem(own('unreachable', 'The app does not answer', detail, 'Check that it runs, then try again.'))
}

/** Whether nothing answered: asking again may help, unlike with what the app refused. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof ApiProblem && error.problem.code === 'unreachable')
}

/** Says anything that was thrown as a problem. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiProblem) return error.problem
  if (error instanceof TypeError) return unreachable().problem
  return own('page', 'This page failed', error instanceof Error ? error.message : String(error), 'Reload the page.')
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'detail' in value && 'code' in value
}

/** The problem that an answer with an error status carries. */
export async function problemFrom(response: Response): Promise<ApiProblem> {
  const text = await response.text()
  try {
    const value: unknown = JSON.parse(text)
    if (isProblem(value)) return new ApiProblem(value)
  } catch {
    // Something between the browser and the app answered, a proxy for instance.
  }
  return new ApiProblem(
    own(
      'unexpected',
      'An unexpected answer',
      `The server answered ${response.status} ${response.statusText}.`,
      'A proxy in between may say why.',
    ),
  )
}
