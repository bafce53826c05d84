const FIRST_MS = 10 * 60_000
const LONGEST_MS = 86_400_000

/**
 * When something that failed is tried again: after 10 minutes, then twice as long each time, a day at most.
 * @param attempts failures in a row, this one included
 */
export function retryAt(attempts: number, now: Date): Date {
  return new Date(now.getTime() + Math.min(FIRST_MS * 2 ** (attempts - 1), LONGEST_MS))
}
