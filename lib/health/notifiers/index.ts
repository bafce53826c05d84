/** The kinds of notifiers: one file and one line each. */
import { gotify } from './gotify.ts'
import { ntfy } from './ntfy.ts'
import type { Notifier } from './types.ts'
import { webhook } from './webhook.ts'

export type { Notifier, NotifierRequest } from './types.ts'

export const NOTIFIERS: Readonly<Record<Notifier['id'], Notifier>> = { ntfy, gotify, webhook }
