'use client'

import { Button } from './button.tsx'
import { CopyButton } from './copy-button.tsx'
import { Mono } from './page.tsx'

/** A key that was just made: this is the only time it can be seen. */
export function SecretOnce({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <div role="status" className="rounded-lg border border-good/40 bg-good-soft px-4 py-3">
      <p className="font-medium">This is the key. It is shown only now; keep it where the program can read it.</p>
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <code className="rounded border bg-panel px-2 py-1.5 break-all">
          <Mono>{secret}</Mono>
        </code>
        <CopyButton text={secret} />
        <Button look="quiet" onClick={onClose}>
          I have it
        </Button>
      </div>
    </div>
  )
}
