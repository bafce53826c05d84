'use client'

import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { Button, type ButtonLook } from './button.tsx'

/** Copies a text and says so for a moment. */
export function CopyButton({
  text,
  label = 'Copy',
  look = 'plain',
}: {
  text: string
  label?: string
  look?: ButtonLook
}) {
  const [said, setSaid] = useState<'copied' | 'refused' | null>(null)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setSaid('copied')
    } catch {
      // Browsers give the clipboard to secure origins only; over plain HTTP from another machine it is refused.
      setSaid('refused')
    }
    setTimeout(() => setSaid(null), 2000)
  }
  return (
    <Button look={look} onClick={() => void copy()} aria-live="polite">
      {said === 'copied' ? <Check aria-hidden /> : <Copy aria-hidden />}
      {said === null ? label : said === 'copied' ? 'Copied' : 'Select it and copy by hand'}
    </Button>
  )
}
