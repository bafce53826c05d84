/** Times as a person reads them in a list or a document. */

/** `2026-03-01 10:00 UTC`; the zone is said, since whoever reads it may be in another. */
export function minuteInUtc(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`
}
