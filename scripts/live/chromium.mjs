import { debianProgram } from './debian.mjs'

/** Playwright's own browsers come from a download server; Debian's comes with its packages. */
export const chromium = debianProgram({
  id: 'chromium',
  title: 'Chromium',
  packages: ['chromium', 'fonts-dejavu-core'],
  commands: ['chromium'],
})
