/**
 * Ends one part after the other, each although one before it could not be ended: what is left open then would keep the process.
 * @throws what the first of them failed with, once all were tried
 */
export async function endAll(parts: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = []
  for (const end of parts)
    try {
      await end()
    } catch (error) {
      failures.push(error)
    }
  if (failures.length > 0) throw failures[0]
}
