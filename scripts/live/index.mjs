// The real programs that the live tests talk to. Order matters: a later one may need an earlier one.
import { bubblewrap } from './bubblewrap.mjs'
import { caddy } from './caddy.mjs'
import { chromium } from './chromium.mjs'
import { gemma } from './gemma.mjs'
import { nix } from './nix.mjs'
import { nixTools } from './nix-tools.mjs'
import { ollama } from './ollama.mjs'
import { openWebui } from './open-webui.mjs'
import { prometheus } from './prometheus.mjs'
import { schemathesis } from './schemathesis.mjs'
import { shellcheck } from './shellcheck.mjs'
import { systemd } from './systemd.mjs'

/**
 * Each: `id`, `title`, `install(say)` (idempotent; throws with what to do), `find()` (where it is, or undefined), and
 * `needs` (ids that must be installed before it). Adding one is a file beside this one and an entry here.
 */
export const programs = [
  systemd,
  bubblewrap,
  nix,
  shellcheck,
  caddy,
  nixTools,
  prometheus,
  chromium,
  schemathesis,
  ollama,
  gemma,
  openWebui,
]
