import { resolve } from 'node:path'
import type { Settings } from '#lib/config/index.ts'
import { AppError } from '#lib/errors/index.ts'
import { openStore, type Store } from '#lib/store/index.ts'

/**
 * Works on the store that holds the conversations. `chatCli.historyFile` names a SQLite file: by default it is the app's
 * one store; another file is opened as a store of its own, so that conversations can lie on another disk or be shared
 * between state folders. What the REPL recalls with the arrow keys comes from there too, so there is no third file.
 */
export async function withChatStore<T>(
  context: { store: Store; settings: Pick<Settings, 'local-workflows'> },
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const { historyFile } = context.settings['local-workflows'].chatCli
  if (historyFile === context.store.file || resolve(historyFile) === resolve(context.store.file))
    return work(context.store)
  const store = openHistory(historyFile)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

function openHistory(file: string): Store {
  try {
    return openStore(file)
  } catch (error) {
    throw new AppError('settings-invalid', `The conversations cannot be kept in ${file}.`, {
      hint: 'The setting local-workflows.chatCli.historyFile must name a SQLite file of this app, or one that does not exist yet.',
      cause: error,
    })
  }
}
