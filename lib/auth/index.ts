/** Who asks, and what they may do. */
export { Admin, MIN_PASSWORD_CHARS, type NewSession } from './admin.ts'
export { ApiKeys, type ApiKey } from './keys.ts'
export { allows, LOCAL_PRINCIPAL, SCHEDULER_PRINCIPAL } from './scopes.ts'
