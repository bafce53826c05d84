import { debianProgram } from './debian.mjs'

/** Scrapes the app and judges its rules. */
export const prometheus = debianProgram({
  id: 'prometheus',
  title: 'Prometheus (with promtool)',
  packages: ['prometheus'],
  commands: ['prometheus', 'promtool'],
})
