import { debianProgram } from './debian.mjs'

/** Reads real journals and judges unit files; no running systemd is needed for either. */
export const systemd = debianProgram({
  id: 'systemd',
  title: 'systemd (journalctl, systemd-analyze)',
  packages: ['systemd'],
  commands: ['systemd-analyze', 'journalctl'],
})
