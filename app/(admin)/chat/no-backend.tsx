import Link from 'next/link'
import { Unplug } from 'lucide-react'
import type { Status } from '#app/_client/types.ts'
import { CopyButton } from '#app/_components/copy-button.tsx'
import { Mono } from '#app/_components/page.tsx'

function Step({ command, children }: { command: string; children: string }) {
  return (
    <li>
      {children}
      <span className="mt-1 flex flex-wrap items-center gap-2">
        <code className="rounded border bg-sunken px-2 py-1">
          <Mono>{command}</Mono>
        </code>
        <CopyButton text={command} />
      </span>
    </li>
  )
}

/** How to get a model backend, where none answers. */
export function NoBackend({ backend }: { backend: Status['backend'] }) {
  return (
    <div className="m-auto w-full max-w-[40rem] rounded-lg border border-warn/40 bg-warn-soft px-5 py-4">
      <h2 className="flex gap-2 font-semibold text-warn">
        <Unplug aria-hidden className="mt-0.5 size-5" />
        No model backend answers{backend.endpoint === null ? '' : ` at ${backend.endpoint}`}
      </h2>
      <p className="mt-1">Chat needs one. With Ollama installed it takes two commands:</p>
      <ol className="mt-2 list-decimal space-y-2 pl-5">
        <Step command="ollama serve">Start it, unless it runs as a service:</Step>
        <Step command="ollama pull llama3.2:3b">Fetch a model that fits most machines (2 GB):</Step>
      </ol>
      <p className="mt-3">
        Another server, such as llama.cpp or vLLM, is named in the{' '}
        <Link href="/settings?q=local-workflows.backend" className="text-accent underline underline-offset-2">
          backend settings
        </Link>
        . This page notices by itself when one answers.
      </p>
    </div>
  )
}
