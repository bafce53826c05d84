/** Settings as the app loads them, for tests of what is made of them. */
import type fc from 'fast-check'
import { type LoadedSettings, loadSettings } from '#lib/config/index.ts'
import { someSettings } from './arbitrary.ts'

/**
 * Settings with some values edited in the admin; what does not fit together is left out, as the loader does.
 * @param values by path
 */
export function loadedWith(values: Readonly<Record<string, unknown>>): LoadedSettings {
  return loadSettings({
    env: { HOME: '/home/me' },
    readFile: () => {
      throw new Error('there is no file')
    },
    stateDir: '/state',
    overrides: new Map(Object.entries(values)),
  })
}

/** Random settings that are valid together, with where each value came from. */
export const someLoaded: fc.Arbitrary<LoadedSettings> = someSettings.map(loadedWith)
