/** The units of an exported machine, judged by systemd itself. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluate, hasNix, type StoreFile, writeTree, type WrittenTree } from './testing/evaluate.ts'
import type { MachineSummary } from './testing/machine.ts'
import { treeOf } from './testing/trees.ts'
import { hasProgram } from './testing/programs.ts'
import { exposureOf, type UnitFolder, verifyUnits, writeUnits } from './testing/units.ts'

const ready = hasNix && hasProgram('systemd-analyze') && hasProgram('shellcheck')
const EVERYTHING = fileURLToPath(new URL('./testing/everything.nix', import.meta.url))

/** Most that one of ours may be exposed; 10 is no protection at all. */
const MOST_EXPOSED = 2.5
/** The container engine runs as root and makes the sandboxes of others: see domains/ai/parts/network.nix. */
const ENGINE = /^(?:hwc-ai-network|podman-.*|docker-.*|caddy)\.service$/

describe.runIf(ready)('the units of a machine with everything on', () => {
  let tree: WrittenTree
  let machine: MachineSummary
  let files: ReadonlyMap<string, StoreFile>
  let units: UnitFolder

  beforeAll(async () => {
    tree = writeTree(treeOf())
    const evaluated = await evaluate<MachineSummary>(tree, { everything: `import ${EVERYTHING}` }, { entry: ['.'] })
    const everything = evaluated.values['everything']
    if (everything === undefined) throw new Error('nothing was evaluated')
    machine = everything
    files = evaluated.files
    units = writeUnits(machine)
  })
  afterAll(() => {
    units.remove()
    tree.remove()
  })

  it('are all that the modules promise, and no assertion fails', () => {
    expect(machine.failed).toEqual([])
    expect(machine.warnings).toEqual([])
    expect(units.names).toEqual(
      expect.arrayContaining([
        'hwc-ai.service',
        ...['cleanup', 'journal', 'retention'].flatMap((name) => [`hwc-ai-${name}.service`, `hwc-ai-${name}.timer`]),
        ...['filesystem-nixos', 'notes', 'wiki'].flatMap((name) => [
          `hwc-ai-mcp-${name}.socket`,
          `hwc-ai-mcp-${name}@.service`,
        ]),
        'ollama-health.timer',
        'ollama-pull-models.service',
      ]),
    )
  })

  it('say nothing that systemd does not know', async () => {
    expect(await verifyUnits(units)).toBe('')
  })

  it('are exposed little', async () => {
    const ours = units.names.filter((name) => name.endsWith('.service') && !ENGINE.test(name))
    expect(ours.length).toBeGreaterThan(10)
    for (const name of ours) expect(await exposureOf(units, name), name).toBeLessThanOrEqual(MOST_EXPOSED)
  })

  it('are exposed as the READMEs say', async () => {
    const stated = [...treeOf()]
      .filter(([path]) => path.endsWith('README.md'))
      .flatMap(([path, text]) =>
        [...text.matchAll(/`([\w@-]+)(?:\.service)?` (\d+\.\d)\b/g)].map((found) => ({ path, found })),
      )
    expect(stated.length).toBeGreaterThan(8)
    for (const { path, found } of stated) {
      const [, unit = '', figure] = found
      if (units.names.includes(`${unit}.service`))
        expect([path, unit, await exposureOf(units, `${unit}.service`)]).toEqual([path, unit, Number(figure)])
    }
  })

  it('start at times that are those of the settings', () => {
    expect(machine.timers['hwc-ai-journal']?.timerConfig).toMatchObject({
      OnCalendar: 'Mon *-*-* 02:00:00',
      Persistent: true,
    })
    expect(machine.timers['hwc-ai-cleanup']?.timerConfig).toMatchObject({ OnCalendar: '*:0/30', Persistent: true })
    const calendars = Object.values(machine.timers).flatMap(({ timerConfig: { OnCalendar } }) =>
      typeof OnCalendar === 'string' ? [OnCalendar] : [],
    )
    const judged = spawnSync('systemd-analyze', ['calendar', ...calendars], { encoding: 'utf8' })
    expect(judged.status, judged.stderr).toBe(0)
  })

  it('run scripts that shellcheck has nothing against', () => {
    const scripts = [...files].filter(([, { executable }]) => executable)
    expect(scripts.length).toBeGreaterThan(8)
    for (const [path, { text }] of scripts) {
      // SC2016 takes a dollar sign in the name of a folder for a variable that was meant.
      const checked = spawnSync('shellcheck', ['--exclude=SC2016', '-'], { input: text, encoding: 'utf8' })
      expect(checked.stdout, path).toBe('')
    }
  })

  it('tidy each folder by its name, whatever is in it', () => {
    const script = [...files].find(([path]) => path.includes('hwc-ai-cleanup'))?.[1].text ?? ''
    const echoed = script.replace(/^ {2}hwc-ai cleanup plan "\$folder".*$/m, `  printf '%s\\n' "$folder" || failed=1`)
    const ran = spawnSync('bash', ['-c', echoed], { encoding: 'utf8' })
    expect(ran.stdout.split('\n')).toEqual([
      '/srv/in box',
      `/srv/it's 100% $HOME "quoted"`,
      '/home/somebody/Down:loads',
      '',
    ])
  })

  it('are all that clients of this machine find', () => {
    const found: unknown = JSON.parse(machine.etc['hwc-ai/mcp.json']?.text ?? '')
    const address = (name: string) => ({ type: 'http', url: `http://127.0.0.1:6001/mcp/${name}` })
    const names = ['workflows', 'filesystem-nixos', 'notes', 'remote', 'wiki']
    expect(found).toEqual({ mcpServers: Object.fromEntries(names.map((name) => [name, address(name)])) })
  })

  it('get secrets from systemd, and no script holds even their path', () => {
    const credentials = machine.services['hwc-ai']?.serviceConfig['LoadCredential']
    expect(credentials).toEqual([
      'cloud.openai.apiKeyFile:/run/secrets/openai',
      expect.stringMatching(/^health\.notifiers\.[0-9a-f]{64}\.tokenFile:\/run\/secrets\/100%%\/token$/),
      'local-workflows.backend.apiKeyFile:/run/secrets/model-server',
      'mcp.servers.remote.keyFile:/run/secrets/remote',
      'owner-key:/run/secrets/owner',
    ])
    for (const [path, { text }] of files) expect(text, path).not.toContain('/run/secrets')
  })
})

it.skipIf(process.env['CI'] === undefined)('Nix, systemd and shellcheck are there where CI is set', () => {
  expect(ready).toBe(true)
})
