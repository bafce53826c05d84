/** The checks that come with the app: one file and one line each. */
import type { CheckSource } from '../types.ts'
import { cloud } from './cloud.ts'
import { custom } from './custom.ts'
import { modelDirectory } from './model-directory.ts'
import { modelDisk } from './model-disk.ts'
import { modelServer } from './model-server.ts'
import { models } from './models.ts'
import { ollama } from './ollama.ts'
import { openWebui } from './open-webui.ts'
import { scheduler } from './scheduler.ts'
import { store } from './store.ts'
import { storeIntegrity } from './store-integrity.ts'
import { transcriptApi } from './transcript-api.ts'
import { workflows } from './workflows.ts'

/** In the order in which they are shown. The last one's entries give way to checks of the same id. */
export const CHECK_SOURCES: readonly CheckSource[] = [
  ollama,
  modelServer,
  modelDirectory,
  modelDisk,
  models,
  openWebui,
  transcriptApi,
  cloud,
  store,
  storeIntegrity,
  scheduler,
  workflows,
  custom,
]
