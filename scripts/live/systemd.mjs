import { debianProgram } from './debian.mjs'

/** Reads real journals and judges unit files; no running systemd is needed for either. */
export const systemd = debianProgram({
  id: 'systemd',
  title: 'systemd (journalctl, systemd-analyze)',
  // The second one makes journals out of text, for journalctl to read in a test.
  packages: ['systemd', 'systemd-journal-remote'],
  commands: ['systemd-analyze', 'journalctl'],
  files: ['/lib/systemd/systemd-journal-remote'],
})
