// What a tier found: how many passed, failed and were skipped, and the output that explains a failure.

export const passed = (count = 1) => ({ passed: count, failed: 0, skipped: 0 })
export const failed = (output) => ({ passed: 0, failed: 1, skipped: 0, output })
export const skipped = (output) => ({ passed: 0, failed: 0, skipped: 1, output })

export function sum(outcomes) {
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const outcome of outcomes) {
    total.passed += outcome.passed
    total.failed += outcome.failed
    total.skipped += outcome.skipped
  }
  return total
}

/**
 * Counts from a report, corrected by how the program ended: a crash outside any test, or a run without tests,
 * must never look like success.
 */
export function judged(counts, { code, output, timedOut }) {
  const bad = timedOut || code !== 0 || counts.passed + counts.failed === 0
  const note = timedOut ? '\n(stopped: it took too long)' : ''
  return { ...counts, failed: bad ? Math.max(1, counts.failed) : counts.failed, output: output + note }
}
