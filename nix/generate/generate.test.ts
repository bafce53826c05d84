import { describe, expect, it } from 'vitest'
import { SETTINGS } from '#lib/config/schema/index.ts'
import { renderTree } from '../render.ts'
import { exportInput, treeOf } from '../testing/trees.ts'
import { machineFile } from './machine.ts'
import { asNix } from './option.ts'
import { optionFiles } from './options.ts'
import { posixPattern } from './type.ts'

describe('the options', () => {
  const files = optionFiles()

  it('lie in the folder of their namespace, one file for each section', () => {
    expect([...files.keys()]).toEqual([
      'domains/ai/options.nix',
      ...['ollama', 'open-webui', 'local-workflows', 'mcp', 'cloud', 'router', 'health', 'agent'].map(
        (section) => `domains/ai/${section}/options.nix`,
      ),
    ])
    for (const [path, text] of files) {
      const namespace = path
        .replace(/\/options\.nix$/, '')
        .replace(/^domains\//, 'hwc/')
        .replaceAll('/', '.')
      expect(text).toMatch(new RegExp(`^ *options\\.${namespace}\\b`, 'm'))
    }
  })

  it('say of every setting what the app says', () => {
    const all = [...files.values()].join('\n')
    for (const [path, { description }] of SETTINGS)
      if (!path.endsWith('enable')) expect([path, all.includes(description.slice(0, -1))]).toEqual([path, true])
  })

  it('hold no hard-coded home or mount', () => {
    for (const text of files.values()) expect(text).not.toMatch(/"\/(?:mnt|home)\/|\$STATE|"~/)
  })
})

describe('a regular expression for Nix', () => {
  it.each([
    ['\\S+', '[^[:space:]]+'],
    ['[^\\s/:@]+|\\[[0-9A-Fa-f:]+\\]', '[^[:space:]/:@]+|\\[[0-9A-Fa-f:]+]'],
    ['/\\S*', '/[^[:space:]]*'],
    ['a{1,3}', 'a{1,3}'],
  ])('%s is %s', (pattern, posix) => {
    expect(posixPattern(pattern)).toBe(posix)
  })

  it.each(['(?!latest).*', '\\d+', '\\bword'])('%s is refused rather than read otherwise', (pattern) => {
    expect(() => posixPattern(pattern)).toThrow(/cannot read/)
  })
})

describe("the machine's file", () => {
  it('names only what is set, and what the profiles would decide otherwise', () => {
    expect(machineFile(exportInput())).toContain(
      '  hwc.ai = {\n    enable = false;\n    local-workflows.enable = false;\n  };\n',
    )
  })

  it('says what is off, and so why a machine does nothing', () => {
    expect(machineFile(exportInput())).toMatch(/# Off .*`enable` is true\.\n {2}hwc\.ai = \{/)
    expect(machineFile(exportInput({ enable: true }))).toMatch(
      /# The app is off .*`local-workflows\.enable` is true\.\n/,
    )
    expect(machineFile(exportInput({ enable: true, 'local-workflows': { enable: true } }))).not.toContain(' off ')
  })

  it('leaves out what was set to its default, which an evaluated machine could not tell from what was never set', () => {
    expect(
      machineFile(
        exportInput({
          ollama: { port: 11434, models: [] },
          health: { checks: {} },
          'local-workflows': { journaling: { outputDir: '$STATE/journal' } },
        }),
      ),
    ).toBe(machineFile(exportInput()))
  })

  it('leaves out the fields of an entry that are at their default', () => {
    const text = machineFile(exportInput({ ollama: { models: ['a', { name: 'b', priority: 50, autoUpdate: false }] } }))
    expect(text).toContain(
      '    ollama.models = [\n      "a"\n      {\n        name = "b";\n        autoUpdate = false;\n      }\n    ];\n',
    )
  })

  it('says where homes and mounts lie once, by the options of the host where there are any', () => {
    const text = machineFile(
      exportInput({
        'local-workflows': {
          fileCleanup: { watchDirs: ['/home/somebody/Down ${x}', '/mnt/hot', '/home/somebody', '/homeland'] },
        },
      }),
    )
    expect(text).toContain(
      '{ config, ... }:\nlet\n  homes = "/home";\n  homeOf = name: config.users.users.${name}.home or "${homes}/${name}";\n',
    )
    expect(text).toContain('[ "${homeOf "somebody"}/Down \\${x}" "${mounts}/hot" "${homeOf "somebody"}" "/homeland" ]')
    expect(text).not.toMatch(/"\/mnt\/|\/home\//)
    const nobodys = machineFile(exportInput({ 'local-workflows': { fileCleanup: { watchDirs: ['/home/No Body/x'] } } }))
    expect(nobodys).toContain('let\n  homes = "/home";\nin\n')
    expect(nobodys).toContain('[ "${homes}/No Body/x" ]')
  })
})

describe('a value of the schema', () => {
  it('lies in the state of the service, not of who exports it', () => {
    expect(asNix(['$STATE/journal', '~/Downloads', '$STATEMENT', 'a~/b'])).toEqual([
      '/var/lib/hwc-ai/journal',
      '/var/lib/hwc-ai/Downloads',
      '$STATEMENT',
      'a~/b',
    ])
    expect(() => asNix(undefined)).toThrow(TypeError)
  })
})

describe('the tree', () => {
  it('is the same for the same settings, byte for byte, and sorted', () => {
    const [first, second] = [treeOf({ enable: true }), treeOf({ enable: true })]
    expect([...first]).toEqual([...second])
    expect([...first.keys()]).toEqual([...first.keys()].sort())
  })

  it('differs by the settings in the file of the machine alone', () => {
    const [before, after] = [treeOf(), treeOf({ ollama: { port: 11500 } })]
    expect([...after].filter(([path, text]) => before.get(path) !== text).map(([path]) => path)).toEqual([
      'machines/server/config.nix',
    ])
  })

  it('has every file that its readers look for', () => {
    expect([...treeOf().keys()]).toEqual(
      expect.arrayContaining([
        'domains/ai/index.nix',
        'domains/ai/monitoring/alerts/ai-services.yml',
        'domains/ai/monitoring/dashboards/ai-services.json',
        'domains/ai/ollama/parts/disk-monitor.nix',
        'domains/ai/ollama/parts/pull-script.nix',
        'machines/server/README.md',
        'machines/server/config.nix',
        'profiles/monitoring.nix',
      ]),
    )
  })

  it('holds nothing that a search without knowledge of Nix could take for a fault', () => {
    for (const [path, text] of treeOf()) {
      if (!path.endsWith('.nix')) continue
      if (!/(?:^|\/)(?:options|index)\.nix$/.test(path))
        expect([path, text]).toEqual([path, expect.not.stringMatching(/mkOption|mkEnableOption/)])
      // Whatever looks like a declaration is in the namespace of its folder.
      const namespace = `options.${path
        .replace(/\/[^/]*$/, '')
        .replace(/^domains\//, 'hwc/')
        .replaceAll('/', '.')}`
      const declared = path.endsWith('/index.nix')
        ? [...text.matchAll(/^ *(options\.[\w.-]+)/gm)].map(([, name]) => name)
        : []
      for (const name of declared) expect([path, name?.startsWith(namespace)]).toEqual([path, true])
    }
  })

  it('has a README for each module that names each of its files', () => {
    const tree = treeOf()
    for (const path of tree.keys()) {
      const [, folder = '', name = ''] = /^(.*\/(?!parts\/)[^/]+)\/((?:parts\/)?[^/]+\.nix)$/.exec(path) ?? []
      if (folder === '' || name === 'default.nix') continue
      const readme = tree.get(`${folder}/README.md`) ?? 'there is none'
      // What is shared by the modules is named as a folder.
      const isNamed = readme.includes(name) || (folder === 'domains/ai' && name.startsWith('parts/'))
      expect([path, isNamed]).toEqual([path, true])
    }
  })

  it('is not made of a value that Nix cannot write', () => {
    expect(() => renderTree(exportInput({ 'open-webui': { defaultModel: 'a\u0000b' } }))).toThrow(/cannot write/)
  })
})
