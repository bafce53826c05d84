/** Source files as outlines, read from real syntax trees. */
export type { Language } from './language.ts'
export { outlineSource } from './outline.ts'
export { languageOf, LANGUAGES, SUPPORTED_EXTENSIONS } from './registry.ts'
export * from './types.ts'
