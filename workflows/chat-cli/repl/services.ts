import type * as z from 'zod'
import { LOCAL_PRINCIPAL } from '#lib/auth/index.ts'
import type { Core } from '#lib/core/index.ts'
import type { Operation } from '#lib/operations/types.ts'
import { validateInput } from '#lib/operations/validate.ts'
import type { CallOptions, ChatServices } from './types.ts'

const never = new AbortController().signal

/** The conversation's part of the app: its questions are recorded runs like those of the server. */
export function chatServices(
  core: Pick<Core, 'registry' | 'call' | 'start' | 'models' | 'store' | 'settings'>,
): ChatServices {
  const run = async (id: string, given: unknown, { signal, onEvent }: CallOptions): Promise<unknown> => {
    const operation = core.registry.operation(id)
    const input = validateInput(operation.input, given)
    if (!operation.recorded) return core.call(operation, input, LOCAL_PRINCIPAL, null)
    const started = core.start(operation, input, LOCAL_PRINCIPAL, null, signal)
    for await (const event of started.watch(never)) onEvent?.(event)
    return (await started.result).output
  }
  return {
    call: async <Input extends z.ZodObject, Output extends z.ZodType>(
      operation: Operation<Input, Output>,
      input: z.input<Input>,
      options: CallOptions = {},
    ) => operation.output.parse(await run(operation.id, input, options)),
    models: core.models,
    store: core.store,
    get settings() {
      return core.settings
    },
  }
}
