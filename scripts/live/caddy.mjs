import { debianProgram } from './debian.mjs'

/** Judges the exported virtual host, and passes requests on by it. */
export const caddy = debianProgram({ id: 'caddy', title: 'Caddy', packages: ['caddy'], commands: ['caddy'] })
