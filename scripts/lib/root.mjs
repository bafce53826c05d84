import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout, wherever the script was started from. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** A path inside the checkout. */
export const inRoot = (...parts) => join(root, ...parts)

/** A program that the project's dependencies bring. */
export const localBin = (name) => inRoot('node_modules', '.bin', name)
