import { loadSettings, type Settings } from '../../config/index.ts'

/** The settings that a configuration gives. */
export function settingsOf(config: object = {}): Settings {
  const env = { HWC_AI_CONFIG: JSON.stringify(config), HOME: '/home/me' }
  const readFile = () => {
    throw new Error('no file is read')
  }
  return loadSettings({ env, readFile, stateDir: '/state' }).settings
}
