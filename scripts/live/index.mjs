// The real programs that the live tests talk to. Order matters: a later one may need an earlier one.
import { gemma } from './gemma.mjs'
import { ollama } from './ollama.mjs'

/**
 * Each: `id`, `title`, `install(say)` (idempotent; throws with what to do), `find()` (where it is, or undefined),
 * and `needs` (ids installed before it).
 */
export const programs = [ollama, gemma]
