/** Values that mean more than themselves in a unit file, a rule or a web server's configuration arrive as they are. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluate, hasNix, refusal, writeTree, type WrittenTree } from './testing/evaluate.ts'
import type { MachineSummary } from './testing/machine.ts'
import { hasProgram } from './testing/programs.ts'
import { treeOf } from './testing/trees.ts'
import { verifyUnits, writeUnits } from './testing/units.ts'

const ready = hasNix && hasProgram('systemd-analyze') && hasProgram('systemd-tmpfiles')

const MODELS = `/srv/it's my "models" 100%`
const CHATS = '/srv/web ui'
const LOGS = '/var/log/hwc ai'
const DRAFTS = '/srv/my drafts 5%n'

const ODD = `{
  services.caddy.enable = true;
  hwc.ai = {
    enable = true;
    ollama = { enable = true; dataDir = ${JSON.stringify(MODELS)}; };
    open-webui = {
      enable = true;
      dataDir = "${CHATS}";
      tools.wiki = { url = "http://wiki.lan"; keyFile = "/run/my secrets/20%"; };
    };
    local-workflows = {
      enable = true;
      logDir = "${LOGS}";
      service.ownerKeyFile = "/run/my secrets/50%";
    };
    mcp = {
      enable = true;
      service.virtualHost = "http://ai.example.lan:8080";
      reverseProxy.enable = true;
      filesystem.nixos = { enable = true; allowedDirs = [ "/etc/nixos" ]; draftsDir = "${DRAFTS}"; };
      servers.wiki = {
        description = "Looks up 50% of %h\\n\\nand more";
        command = "mcp-wiki";
        env = { GREETING = "100% \\"$x\\" %h"; LINES = "a\\nb"; PATH = "/opt/bin"; };
        envFile = "/run/my secrets/10%.env";
      };
    };
  };
}`

describe.runIf(ready)('odd values', () => {
  let tree: WrittenTree
  let machine: MachineSummary

  beforeAll(async () => {
    tree = writeTree(treeOf())
    const { values } = await evaluate<MachineSummary>(tree, { odd: ODD }, { entry: ['.'] })
    if (values['odd'] === undefined) throw new Error('nothing was evaluated')
    machine = values['odd']
  })
  afterAll(() => tree.remove())

  it('are nothing that NixOS or systemd would refuse or pass over', async () => {
    expect([machine.failed, machine.warnings]).toEqual([[], []])
    const units = writeUnits(machine)
    try {
      expect(await verifyUnits(units)).toBe('')
    } finally {
      units.remove()
    }
  })

  it('are folders of just these names', () => {
    const root = mkdtempSync(join(tmpdir(), 'hwc-ai-tmpfiles-'))
    try {
      // Owned by whoever runs the test: the users are those of another machine.
      const rules = machine.tmpfiles.rules.map((rule) => rule.replace(/ 0\d{3} \S+ \S+ \S+ -$/, ' 0755 - - - -'))
      writeFileSync(join(root, 'rules.conf'), `${rules.join('\n')}\n`)
      const made = spawnSync('systemd-tmpfiles', ['--create', `--root=${root}`, join(root, 'rules.conf')], {
        encoding: 'utf8',
      })
      expect(made.stderr).toBe('')
      for (const folder of [MODELS, CHATS, LOGS, DRAFTS]) expect(existsSync(join(root, folder)), folder).toBe(true)
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  })

  it('are no specifiers in what systemd reads for a unit', () => {
    const { 'hwc-ai': app, 'open-webui-prepare': prepare, 'hwc-ai-mcp-wiki@': wiki } = machine.services
    expect(app?.serviceConfig['LoadCredential']).toContain('owner-key:/run/my secrets/50%%')
    expect(prepare?.serviceConfig['LoadCredential']).toEqual(['tool-0:/run/my secrets/20%%'])
    expect(wiki?.serviceConfig['EnvironmentFile']).toEqual(['/run/my secrets/10%%.env'])
    expect(wiki?.description).toBe('MCP server wiki: Looks up 50%% of %%h and more')
    expect(wiki?.environment).toEqual({ GREETING: '100%% "$x" %%h', LINES: 'a\nb', PATH: '/opt/bin' })
  })

  it('let the app know the gateway by the name that a browser sends', () => {
    const settings: unknown = JSON.parse(machine.etc['hwc-ai/hwc-ai.json']?.text ?? '')
    expect(settings).toMatchObject({ 'local-workflows': { api: { allowedHosts: ['ai.example.lan'] } } })
  })
})

describe.runIf(hasNix)('the dashboards', () => {
  it('are loaded by Grafana, unless it has a folder of its own', async () => {
    const tree = writeTree(treeOf())
    const on = 'hwc.ai = { enable = true; local-workflows = { enable = true; backend.type = "built-in"; }; };'
    const select = 'c: { inherit (c.config.services.grafana.provision) enable dashboards; }'
    try {
      const { values } = await evaluate<{ enable: boolean; dashboards: { settings: unknown } }>(
        tree,
        { ours: `{ ${on} }`, theirs: `{ ${on} services.grafana.provision.dashboards.path = "/etc/dashboards"; }` },
        { entry: ['.'], select },
      )
      expect(values['ours']).toMatchObject({
        enable: true,
        dashboards: { settings: { providers: [{ name: 'AI services' }] } },
      })
      expect(values['theirs']?.dashboards.settings).toBeNull()
    } finally {
      tree.remove()
    }
  })
})

describe.runIf(hasNix)('the host of the tests', () => {
  it('refuses what NixOS refuses', async () => {
    const tree = writeTree(treeOf())
    const unit = (body: string) => `{ systemd.services.x = { ${body} }; }`
    try {
      for (const refused of [
        unit('description = "a\\nb";'),
        unit('after = [ "network" ];'),
        unit('serviceConfig.Type = "daemon";'),
        unit('serviceConfig.Restart = "on-error";'),
        unit('environment.PATH = "/bin";'),
        '{ networking.hostName = "a.b"; }',
      ])
        expect(await refusal(tree, refused), refused).toMatch(/not of type|conflicting/)
    } finally {
      tree.remove()
    }
  })
})

it.skipIf(process.env['CI'] === undefined)('Nix and systemd are there where CI is set', () => {
  expect(ready).toBe(true)
})
