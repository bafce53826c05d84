const OPEN = 'hwc-ai:palette'

/** Opens the command palette from anywhere on the page. */
export function openPalette(): void {
  dispatchEvent(new Event(OPEN))
}

export function onOpenPalette(listener: () => void): () => void {
  addEventListener(OPEN, listener)
  return () => removeEventListener(OPEN, listener)
}
