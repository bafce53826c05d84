import { debianProgram } from './debian.mjs'

/** The judge of every Nix file: parses and evaluates without a daemon and without building anything. */
export const nix = debianProgram({
  id: 'nix',
  title: 'Nix (nix-instantiate)',
  packages: ['nix-bin'],
  commands: ['nix-instantiate'],
})
