import type { Language } from './language.ts'
import { javascript } from './languages/javascript.ts'
import { nix } from './languages/nix.ts'
import { python } from './languages/python.ts'
import { tsx } from './languages/tsx.ts'
import { typescript } from './languages/typescript.ts'

/** Every supported language. */
export const LANGUAGES: readonly Language[] = [typescript, tsx, javascript, python, nix]

/** File name endings of all languages, sorted. */
export const SUPPORTED_EXTENSIONS: readonly string[] = LANGUAGES.flatMap((language) => language.extensions).sort()

/**
 * The language of a file by its name.
 * @returns undefined when none is known
 */
export function languageOf(fileName: string): Language | undefined {
  const name = fileName.toLowerCase()
  return LANGUAGES.find((language) => language.extensions.some((extension) => name.endsWith(extension)))
}
