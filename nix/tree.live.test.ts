/** The exported tree as Nix, its formatter and its finder of dead code see it, and what a machine gets of it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { evaluate, findLibrary, hasNix, STAND_IN, writeTree } from './testing/evaluate.ts'
import type { MachineSummary } from './testing/machine.ts'
import { hasProgram, nixTools, runProgram } from './testing/programs.ts'
import { EVERYTHING, treeOf } from './testing/trees.ts'

const tools = nixTools()
const library = findLibrary()
const judge = library.real ? 'the library of nixpkgs' : 'the stand-in library: the real evaluation is skipped'

it.skipIf((hasNix && tools !== null) || process.env['CI'] === undefined)('Nix and its tools are there', () => {
  expect.fail('nix-instantiate, nixpkgs-fmt and deadnix must be installed where CI is')
})

/** Values of all shapes, so that the machine's file has all forms that it can have. */
const SETTINGS = {
  enable: true,
  ollama: { enable: true, models: ['llama3.2:3b', { name: 'qwen2.5-coder:3b', autoUpdate: false, priority: 10 }] },
  'open-webui': { extraEnv: { WEBUI_NAME: 'Home "sweet" ${home}' } },
  'local-workflows': {
    fileCleanup: { watchDirs: ['/home/somebody/Downloads', '/mnt/inbox'] },
    chatCli: { systemPrompt: "Be brief.\n  Never say ''no''.\n\n${x}" },
  },
  health: { notifiers: { 'my phone': { type: 'ntfy', url: 'http://127.0.0.1:8090/x' } } },
}
const tree = treeOf(SETTINGS)
const modules = [...tree.keys()].filter((path) => path.endsWith('.nix'))

describe.skipIf(!hasNix)('the files of the tree', () => {
  const written = writeTree(tree)
  afterAll(() => {
    written.remove()
  })

  it('are all read by Nix', () => {
    expect(modules.length).toBeGreaterThan(30)
    expect(runProgram('nix-instantiate', ['--parse', ...modules], { cwd: written.root })).toMatchObject({ status: 0 })
  })

  it.skipIf(tools === null)('are laid out as the formatter leaves them', () => {
    const { status, output } = runProgram(join(tools ?? '', 'nixpkgs-fmt'), ['--check', ...modules], {
      cwd: written.root,
    })
    expect({ status, output }).toMatchObject({ status: 0 })
  })

  it.skipIf(tools === null)('have no dead code', () => {
    const { status, output } = runProgram(join(tools ?? '', 'deadnix'), ['--fail', ...modules], { cwd: written.root })
    expect({ status, output }).toMatchObject({ status: 0 })
  })

  it.skipIf(tools === null)('of the tests are laid out so and have no dead code either', () => {
    const cwd = new URL('./testing', import.meta.url).pathname
    expect(runProgram(join(tools ?? '', 'nixpkgs-fmt'), ['--check', '.'], { cwd })).toMatchObject({ status: 0 })
    expect(runProgram(join(tools ?? '', 'deadnix'), ['--fail', '.'], { cwd })).toMatchObject({ status: 0 })
  })
})

describe.skipIf(!hasNix)(`a machine with the tree, judged by ${judge}`, () => {
  const written = writeTree(tree)
  afterAll(() => {
    written.remove()
  })
  const machine = async (module: string): Promise<MachineSummary> => {
    const { values } = await evaluate<MachineSummary>(written, { machine: module })
    const summary = values['machine']
    if (summary === undefined) throw new Error('nothing was evaluated')
    return summary
  }

  it('gets all services when all are on, and nothing is missing', async () => {
    const { failed, warnings, services, timers, containers } = await machine(EVERYTHING)
    expect(failed).toEqual([])
    expect(warnings).toEqual([])
    expect(Object.keys(containers)).toEqual(['ollama', 'open-webui'])
    expect(Object.keys(services)).toEqual(
      expect.arrayContaining(['hwc-ai', 'ollama-pull-models', 'podman-ollama', 'podman-open-webui']),
    )
    // Models may be tens of gigabytes: neither boot nor switch waits for them.
    expect(services['ollama-pull-models']?.serviceConfig['Type']).toBe('exec')
    // A timer without its service would never do anything.
    expect(Object.keys(timers).filter((name) => services[name] === undefined)).toEqual([])
  })

  it('gets nothing at all while hwc.ai.enable is off, whatever else is on', async () => {
    const cases = {
      none: '{ }',
      off: EVERYTHING.replace('enable = true;', 'enable = false;'),
    }
    const { values } = await evaluate<MachineSummary>(written, cases)
    const { values: bare } = await evaluate<MachineSummary>(
      written,
      { host: '{ lib, ... }: { options.hwc.ai = lib.mkOption { default = { }; }; }' },
      { entry: [] },
    )
    for (const name of ['none', 'off']) expect({ ...values[name], ai: {} }).toEqual({ ...bare['host'], ai: {} })
  })

  it('says of each module by itself what else it needs', async () => {
    const alone = (name: string) => `{ hwc.ai = { enable = true; ${name}.enable = true; }; }`
    const { values } = await evaluate<MachineSummary>(written, {
      ollama: alone('ollama'),
      'open-webui': alone('open-webui'),
      'local-workflows': alone('local-workflows'),
      mcp: alone('mcp'),
      cloud: alone('cloud'),
      'cloud.openai': '{ hwc.ai = { enable = true; cloud.enable = true; cloud.openai.enable = true; }; }',
      router: alone('router'),
      agent: alone('agent'),
      'health.transcriptApi': alone('health.transcriptApi'),
    })
    const needs = (name: string) => values[name]?.failed.join('\n') ?? 'not evaluated'
    expect(needs('ollama')).toBe('')
    expect(needs('open-webui')).toMatch(/set hwc\.ai\.ollama\.enable = true/)
    expect(needs('local-workflows')).toMatch(/set hwc\.ai\.ollama\.enable = true/)
    expect(needs('mcp')).toMatch(/hwc\.ai\.local-workflows\.enable = true/)
    expect(needs('cloud')).toMatch(/set hwc\.ai\.local-workflows\.enable = true/)
    expect(needs('cloud.openai')).toMatch(/apiKeyFile/)
    expect(needs('router')).toMatch(/not there yet|does not exist yet/)
    expect(needs('agent')).toMatch(/not there yet|does not exist yet/)
    expect(needs('health.transcriptApi')).toMatch(/set hwc\.ai\.local-workflows\.enable = true/)
  })

  it.each([
    ['ollama = { enable = true; port = 0; };', /ollama\.port is 0/],
    ['ollama = { enable = true; models = [ "a" { name = "a"; } ]; };', /names a model twice/],
    ['open-webui = { enable = true; port = 0; };', /open-webui\.port is 0/],
    ['open-webui = { enable = true; ragOverlap = 2000; };', /has to be smaller than ragChunkSize \(1500\)/],
    ['open-webui = { enable = true; tools.x.url = "http://x"; };', /tools\.x proves itself .* set its keyFile/],
    [
      'ollama = { enable = true; port = 3001; }; open-webui.enable = true;',
      /port 3001 .*ollama\.port.*open-webui\.port/,
    ],
    ['health = { timeout = "10min"; interval = "5min"; };', /timeout \(10min\) is longer than interval \(5min\)/],
    ['health.checks.db.type = "tcp";', /checks\.db connects to a port/],
  ])('does not take %s', async (ai, words) => {
    const { failed } = await machine(`{ hwc.ai = { enable = true; ${ai} }; }`)
    expect(failed.join('\n')).toMatch(words)
  })

  it('gives Ollama the GPU that the host says it has', async () => {
    const gpu = (type: string, more = '') =>
      machine(`{
        imports = [ hwcHost ];
        hwc.infrastructure.hardware.gpu.type = ${type};
        hwc.ai = { enable = true; ollama.enable = true; };
        ${more}
      }`)
    const nvidia = await gpu('"nvidia"', 'hardware.nvidia-container-toolkit.enable = true;')
    expect(nvidia.failed).toEqual([])
    expect(nvidia.containers['ollama']?.extraOptions).toContain('--device=nvidia.com/gpu=all')
    expect(nvidia.services['podman-ollama']?.after).toContain('nvidia-container-toolkit-cdi-generator.service')
    expect((await gpu('"nvidia"')).failed.join()).toMatch(/set hardware\.nvidia-container-toolkit\.enable = true/)
    const amd = (await gpu('"amd"')).containers['ollama']
    expect(amd?.image).toBe('docker.io/ollama/ollama:0.17.4-rocm')
    expect((await gpu('null')).containers['ollama']?.extraOptions.join()).not.toContain('--device')
  })

  it('runs containers of pinned tags, with a check, a restart policy and no port for other machines', async () => {
    const { containers, services } = await machine(EVERYTHING)
    for (const { image, ports, extraOptions, serviceName } of Object.values(containers)) {
      expect(image).toMatch(/:v?\d+\.\d+\.\d+$/)
      expect(ports.every((port) => port.startsWith('127.0.0.1:'))).toBe(true)
      expect(extraOptions).toEqual(
        expect.arrayContaining(['--health-interval=30s', '--health-timeout=10s', '--health-retries=3']),
      )
      expect(services[serviceName]?.serviceConfig['Restart']).toBe('always')
    }
    const without = await machine(
      '{ hwc.ai = { enable = true; ollama = { enable = true; healthCheck.enable = false; }; }; }',
    )
    expect(without.containers['ollama']?.extraOptions.join()).not.toContain('--health')
    expect(without.timers['ollama-health']).toBeUndefined()
  })

  it('lets the container of Open WebUI reach the app, and nothing else', async () => {
    const { containers, services, sockets, firewall, firewallInside } = await machine(EVERYTHING)
    const host = '10.89.61.1'
    expect(containers['open-webui']?.extraOptions).toContain(`--add-host=host.containers.internal:${host}`)
    expect(sockets['open-webui-tools']?.listenStreams).toEqual([`${host}:6021`])
    expect(String(services['open-webui-tools']?.serviceConfig['ExecStart'])).toMatch(/proxyd .* 127\.0\.0\.1:6021$/)
    expect(services['hwc-ai']?.environment).toMatchObject({
      HWC_AI_OPEN_WEBUI_SELF_URL: 'http://host.containers.internal:6021',
    })
    expect(firewall).toEqual([])
    expect(firewallInside).toEqual({ 'hwc-ai0': { allowedTCPPorts: [6021], allowedUDPPorts: [53] } })

    const told = await machine(`{
      imports = [ ${EVERYTHING} ];
      hwc.ai.open-webui.selfUrl = "https://ai.example.lan";
      hwc.ai.local-workflows.api = { host = "0.0.0.0"; allowNonLoopback = true; };
    }`)
    expect(told.services['hwc-ai']?.environment['HWC_AI_OPEN_WEBUI_SELF_URL']).toBeUndefined()
    expect(told.sockets).toEqual({})
  })

  it('adds the scrape jobs where the machine collects them', async () => {
    const on = 'hwc.ai = { enable = true; local-workflows.enable = true; health.metrics.tokenFile = "/run/token"; };'
    const own = await machine(`{ imports = [ hwcHost ]; ${on} }`)
    expect(own.prometheus.scrapeConfigs).toEqual([])
    const job = { job_name: 'hwc-ai', static_configs: [{ targets: ['127.0.0.1:6021'] }] }
    expect(own.ownScrapes).toEqual([{ ...job, authorization: { credentials_file: '/run/token' } }])
    const plain = await machine(`{
      ${on}
      hwc.ai.health.transcriptApi.enable = true;
      services.prometheus.exporters.blackbox.enable = true;
    }`)
    expect(plain.prometheus.scrapeConfigs).toMatchObject([
      { job_name: 'hwc-ai' },
      { job_name: 'transcript-api', static_configs: [{ targets: ['http://127.0.0.1:8099/health'] }] },
    ])
    expect(plain.prometheus.ruleFiles).toHaveLength(1)
    expect(plain.dashboards?.providers).toHaveLength(1)
  })

  it.skipIf(!hasProgram('promtool'))('gets scrape jobs and rules that Prometheus takes', async () => {
    const { prometheus } = await machine(`{
      imports = [ ${EVERYTHING} ];
      hwc.ai.health.metrics.tokenFile = "/run/token";
      services.prometheus.exporters.blackbox.enable = true;
    }`)
    const config = {
      scrape_configs: prometheus.scrapeConfigs,
      rule_files: [join(written.root, 'domains/ai/monitoring/alerts/ai-services.yml')],
    }
    const file = join(written.root, 'prometheus.json')
    // As NixOS writes it: what is null is left out.
    writeFileSync(
      file,
      JSON.stringify(config, (_, value: unknown) => value ?? undefined),
    )
    const checked = runProgram('promtool', ['check', 'config', '--syntax-only', file])
    expect(checked).toMatchObject({ status: 0 })
    const rules = runProgram('promtool', ['check', 'rules', '--lint-fatal', ...config.rule_files])
    expect(rules).toMatchObject({ status: 0 })
    expect(rules.output).toMatch(/SUCCESS: \d+ rules found/)
  })

  it.skipIf(!library.real)('gets the same of the stand-in library as of the real one', async () => {
    const cases = { none: '{ }', everything: EVERYTHING, host: `{ imports = [ hwcHost ${EVERYTHING} ]; }` }
    const real = await evaluate<MachineSummary>(written, cases)
    const other = await evaluate<MachineSummary>(written, cases, { library: STAND_IN })
    expect(other.values).toEqual(real.values)
    expect([...other.files].sort()).toEqual([...real.files].sort())
  })

  it('gets what the machine file of the tree says', async () => {
    const { values } = await evaluate<MachineSummary>(
      written,
      { server: '{ hwc.ai.local-workflows.service.src = project; }' },
      { entry: ['machines/server/config.nix'] },
    )
    expect(values['server']?.ai).toMatchObject(SETTINGS)
  })
})
