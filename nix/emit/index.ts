/** How anything is written as Nix: the one place where values are escaped. */
export { escapeText, nixName, nixPath, nixString } from './string.ts'
export { Call, nixBindings, Raw, toNix } from './value.ts'
export type { NixValue } from './value.ts'
