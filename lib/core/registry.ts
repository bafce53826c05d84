import { workflows } from '#workflows/index.ts'
import { createRegistry } from '../operations/registry.ts'
import { systemOperations } from '../system/index.ts'

/** Everything the app can do, known before anything is opened or connected: help, OpenAPI and docs come from here. */
export const registry = createRegistry(Object.values(workflows), systemOperations)
