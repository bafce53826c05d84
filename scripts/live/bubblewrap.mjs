import { debianProgram } from './debian.mjs'

/** The sandbox of the MCP servers that are programs. */
export const bubblewrap = debianProgram({
  id: 'bubblewrap',
  title: 'bubblewrap',
  packages: ['bubblewrap'],
  commands: ['bwrap'],
})
