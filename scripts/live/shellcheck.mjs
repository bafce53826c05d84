import { debianProgram } from './debian.mjs'

/** Judges the scripts that the exported modules make. */
export const shellcheck = debianProgram({
  id: 'shellcheck',
  title: 'ShellCheck',
  packages: ['shellcheck'],
  commands: ['shellcheck'],
})
