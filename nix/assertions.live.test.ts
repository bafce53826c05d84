/** Each assertion of the modules fires where it must, and says what to do; off, nothing has any effect. */
import { afterAll, describe, expect, it } from 'vitest'
import { evaluate, hasNix, writeTree } from './testing/evaluate.ts'
import type { MachineSummary } from './testing/machine.ts'
import { treeOf } from './testing/trees.ts'

const BUILT_IN = 'local-workflows.backend.type = "built-in";'
const APP = `local-workflows.enable = true; ${BUILT_IN}`
const MCP = `${APP} mcp.enable = true;`
const PROXY = `${MCP} mcp.reverseProxy.enable = true;`

/** What is set, and what the one assertion that fires says to do. Caddy is there unless said otherwise. */
const FIRES: readonly [string, string, host?: string][] = [
  ['local-workflows.enable = true;', 'set hwc.ai.ollama.enable = true'],
  [`${APP} local-workflows.api.host = "0.0.0.0";`, 'set api.allowNonLoopback = true'],
  [`${APP} local-workflows.fileCleanup.enable = true;`, 'name one in fileCleanup.watchDirs'],
  [`${APP} local-workflows.runs = { retentionDays = 5; keepOutputsDays = 9; };`, 'results cannot outlive their runs'],
  ['mcp.enable = true;', 'set hwc.ai.local-workflows.enable = true'],
  [`${PROXY} mcp.service.virtualHost = "";`, 'set it to the name of the gateway'],
  [`${PROXY} mcp.proxy.enable = false;`, 'set hwc.ai.mcp.proxy.enable = true'],
  [PROXY, 'set services.caddy.enable = true', '{ }'],
  [`${PROXY} mcp.reverseProxy.path = "/tools";`, 'leave it at "/mcp"', 'hwcHost'],
  [`${PROXY} mcp.proxy.host = "10.0.0.1"; mcp.reverseProxy.authType = "none";`, 'set authType = "apikey"'],
  [`${MCP} mcp.filesystem.nixos.enable = true;`, 'name folders in filesystem.nixos.allowedDirs'],
  [
    `${MCP} mcp.filesystem.nixos = { enable = true; allowedDirs = [ "/etc" ]; user = "eric"; };`,
    'set filesystem.nixos.draftsDir to a folder outside',
  ],
  [`${MCP} mcp.servers.workflows.command = "x";`, 'cannot be called so'],
  [`${MCP} mcp.servers."a b".command = "x";`, 'cannot be called so'],
  [`${MCP} mcp.servers.wiki = { };`, 'needs either a command or an url'],
  [`${MCP} mcp.servers.wiki = { command = "x"; url = "http://x"; };`, 'needs either a command or an url'],
  ['cloud.enable = true;', 'set hwc.ai.local-workflows.enable = true'],
  [
    `${APP} local-workflows.service.addresses = [ "any" ]; cloud = { enable = true; anthropic.enable = true; };`,
    'set hwc.ai.cloud.anthropic.apiKeyFile',
  ],
  [
    `${APP} cloud = { enable = true; openai = { enable = true; apiKeyFile = "/run/secrets/k"; }; };`,
    'service.addresses = [ "any" ]',
  ],
  ['router.enable = true;', 'hwc.ai.router does not exist yet'],
  ['agent.enable = true;', 'hwc.ai.agent does not exist yet'],
  ['ollama = { enable = true; dataDir = "/srv/a:b"; };', 'choose another folder'],
  ['ollama.enable = true; open-webui = { enable = true; dataDir = "/srv/a:b"; };', 'choose another folder'],
  [`${APP} ollama = { enable = true; port = 6021; };`, 'given to more than one service'],
]

/** What fits, next to what does not. */
const FITS: readonly [string, host?: string][] = [
  [APP],
  ['local-workflows.enable = true;', '{ services.ollama.enable = true; }'],
  ['local-workflows = { enable = true; ollamaEndpoint = "http://10.0.0.5:11434"; };'],
  [`${APP} local-workflows.api = { host = "0.0.0.0"; allowNonLoopback = true; };`],
  [`${APP} local-workflows.api.host = "::1";`],
  [PROXY],
  [PROXY, 'hwcHost'],
  [`${PROXY} mcp.reverseProxy.authType = "none";`],
  [`${MCP} mcp.filesystem.nixos = { enable = true; allowedDirs = [ "/etc" ]; user = "eric"; draftsDir = "/srv/d"; };`],
  [`${MCP} mcp.servers.wiki.url = "http://127.0.0.1:1/mcp";`],
]

const CADDY = '{ services.caddy.enable = true; }'
const machine = (ai: string, host = CADDY) =>
  `{ lib, ... }: {
    imports = [ ${host} ];
    options.services.ollama.enable = lib.mkEnableOption "Ollama as NixOS runs it";
    config.hwc.ai = { enable = true; ${ai} };
  }`

describe.runIf(hasNix)('the modules', () => {
  const tree = writeTree(treeOf())
  afterAll(() => tree.remove())

  it('say what is wrong, and only that', async () => {
    const cases = Object.fromEntries(FIRES.map(([ai, , host], n) => [`${n}`, machine(ai, host)]))
    const { values } = await evaluate<MachineSummary>(tree, cases, { entry: ['.'] })
    FIRES.forEach(([ai, words], n) => {
      const failed = values[`${n}`]?.failed ?? []
      expect(failed, ai).toHaveLength(1)
      expect(failed[0], ai).toContain(words)
    })
  })

  it('have nothing against what fits', async () => {
    const cases = Object.fromEntries(FITS.map(([ai, host], n) => [`${n}`, machine(ai, host)]))
    const { values } = await evaluate<MachineSummary>(tree, cases, { entry: ['.'] })
    FITS.forEach(([ai], n) => expect([ai, values[`${n}`]?.failed]).toEqual([ai, []]))
  })

  it('do nothing at all while hwc.ai is off, whatever is set', async () => {
    const all = `${PROXY} ollama.enable = true; open-webui.enable = true; cloud.enable = true; router.enable = true;`
    const cases = { with: `{ imports = [ hwcHost ]; hwc.ai = { ${all} }; }`, without: '{ imports = [ hwcHost ]; }' }
    const { values } = await evaluate<MachineSummary>(tree, cases, { entry: ['.'] })
    const effects = (name: string) => ({ ...values[name], ai: null })
    expect(effects('with')).toEqual(effects('without'))
    expect(values['without']).toMatchObject({ services: {}, timers: {}, sockets: {}, etc: {}, users: {}, failed: [] })
  })

  it('make the users that they name, and none where a person lends its own', async () => {
    const files = 'mcp.filesystem.nixos = { enable = true; allowedDirs = [ "/etc" ]; draftsDir = "/srv/drafts"; };'
    const own = 'local-workflows.service = { user = "eric"; group = "users"; };'
    const cases = { plain: machine(APP), own: machine(`${APP} ${own}`), files: machine(`${MCP} ${own} ${files}`) }
    const { values } = await evaluate<MachineSummary>(tree, cases, { entry: ['.'] })
    const made = (name: string) => [Object.keys(values[name]?.users ?? {}), Object.keys(values[name]?.groups ?? {})]
    expect([made('plain'), made('own'), made('files')]).toEqual([
      [['hwc-ai'], ['hwc-ai']],
      [[], []],
      [['hwc-ai'], ['hwc-ai']],
    ])
  })

  it('start no run twice: either systemd starts it, or the app where it is asked to by name', async () => {
    const enabled = `${APP} local-workflows.fileCleanup = { enable = true; watchDirs = [ "/srv" ]; };`
    const cases = {
      timers: machine(enabled),
      app: machine(`${enabled} local-workflows.scheduler.enable = true;`),
    }
    const { values } = await evaluate<MachineSummary>(tree, cases, { entry: ['.'] })
    const expected = {
      timers: [['hwc-ai-cleanup', 'hwc-ai-retention'], false],
      app: [['hwc-ai-retention'], true],
    } as const
    for (const [name, [timers, enable]] of Object.entries(expected)) {
      expect(Object.keys(values[name]?.timers ?? {})).toEqual(timers)
      const settings: unknown = JSON.parse(values[name]?.etc['hwc-ai/hwc-ai.json']?.text ?? '')
      expect(settings).toMatchObject({ 'local-workflows': { scheduler: { enable } } })
    }
  })
})
