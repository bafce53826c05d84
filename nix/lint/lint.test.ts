import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { renderTree } from '../render.ts'
import { readSources } from '../source/read-folder.ts'
import { loadedWith } from '../testing/loaded.ts'
import { lint } from './index.ts'

const OPTIONS = `{ lib, ... }:
{
  options.hwc.media.player = {
    enable = lib.mkEnableOption "the player";
  };
}
`
const INDEX = `{ config, lib, pkgs, ... }:
let
  cfg = config.hwc.media.player;
  hardening = import ../parts/hardening.nix;
in
{
  # OPTIONS
  imports = [ ./options.nix ];

  # IMPLEMENTATION
  config = lib.mkIf cfg.enable {
    virtualisation.oci-containers.containers.player = {
      image = "docker.io/example/player:1.2.3";
      volumes = [ "/var/lib/player:/data" ];
      extraOptions = [ "--health-cmd=true" ];
    };
    systemd.services.podman-player.serviceConfig.Restart = "always";
    systemd.services.player-scan = {
      after = [ "database.service" ];
      requires = [ "database.service" ];
      serviceConfig = hardening // {
        ExecStart = "/bin/scan";
        # Exception: it looks things up.
        PrivateNetwork = false;
      };
    };
    # Retention: what is older than a week goes.
    systemd.timers.player-clean.timerConfig.OnCalendar = "weekly";

    # VALIDATION
    assertions = [
      {
        assertion = config.hwc.data.on;
        message = "the player keeps its list in the database: set hwc.data.enable = true";
      }
    ];
    warnings = lib.optional (cfg.enable && !config.hwc.data.enable) "no database";
  };
}
`
const README = '# Player\n\n## Purpose\n\n## Boundaries\n\n## Structure\n\n## Changelog\n'
const PROFILE = '{\n  # BASE\n  imports = [ ];\n  # OPTIONAL\n}\n'

const GOOD: Readonly<Record<string, string>> = {
  'domains/media/player/README.md': README,
  'domains/media/player/default.nix': '{ imports = [ ./index.nix ]; }\n',
  'domains/media/player/index.nix': INDEX,
  'domains/media/player/options.nix': OPTIONS,
  'profiles/media.nix': PROFILE,
}

const MODULE = 'domains/media/player'
const lintFiles = (files: Readonly<Record<string, string>>) => lint(new Map(Object.entries(files)))
const without = (path: string) => Object.fromEntries(Object.entries(GOOD).filter(([name]) => name !== path))

/** The good tree with a piece of one file replaced. */
function changed(path: string, from: string, to: string): Record<string, string> {
  const text = GOOD[path] ?? ''
  expect(text).toContain(from)
  return { ...GOOD, [path]: text.replace(from, to) }
}
const inIndex = (from: string, to: string) => changed(`${MODULE}/index.nix`, from, to)

const FAULTS: readonly [number, string, Readonly<Record<string, string>>][] = [
  [0, 'a file that is no Nix', { ...GOOD, 'machines/a.nix': '{ a = ; }\n' }],
  [1, 'options of another namespace', changed(`${MODULE}/options.nix`, 'hwc.media.player', 'hwc.media.recorder')],
  [
    1,
    'a namespace that only begins the same',
    changed(`${MODULE}/options.nix`, 'hwc.media.player', 'hwc.media.players'),
  ],
  [
    1,
    'an index that declares elsewhere',
    inIndex('  # IMPLEMENTATION', '  options.hwc.other.x = 1;\n  # IMPLEMENTATION'),
  ],
  [2, 'no options.nix', without(`${MODULE}/options.nix`)],
  [2, 'no index.nix', without(`${MODULE}/index.nix`)],
  [2, 'no section', inIndex('# VALIDATION', '# Checks')],
  [2, 'sections in another order', inIndex('# OPTIONS', '# VALIDATION')],
  [
    2,
    'options.nix not imported on one line',
    inIndex('imports = [ ./options.nix ];', 'imports = [\n    ./options.nix\n  ];'),
  ],
  [3, 'an option declared elsewhere', { ...GOOD, [`${MODULE}/parts/x.nix`]: '{ lib }: lib.mkOption { }\n' }],
  [4, 'something left to do', inIndex('# Retention:', '# TODO: retention:')],
  [4, 'a mount point', inIndex('"/bin/scan"', '"/mnt/media/scan"')],
  [4, 'a home folder', inIndex('"/bin/scan"', '"/home/eric/scan"')],
  [5, 'a file name in camelCase', { ...GOOD, [`${MODULE}/parts/scanScript.nix`]: '{ }\n' }],
  [6, 'an option of Home Manager', inIndex('# Retention:', 'home.packages = [ ];\n    # Retention:')],
  [
    6,
    'a nested option of Home Manager',
    inIndex('# Retention:', 'home-manager = { users.eric.x = 1; };\n    # Retention:'),
  ],
  [6, 'a profile that mentions home-manager', changed('profiles/media.nix', '# BASE', '# BASE, without home-manager')],
  [7, 'a profile without a base', changed('profiles/media.nix', '# BASE', '# Things')],
  [7, 'a profile without options', changed('profiles/media.nix', '# OPTIONAL', '# More')],
  [8, 'no README', without(`${MODULE}/README.md`)],
  [8, 'a README without a changelog', changed(`${MODULE}/README.md`, '## Changelog', '## History')],
  [9, 'a dependency without an order', inIndex('after = [ "database.service" ];', '')],
  [9, 'a dependency without an assertion', inIndex('set hwc.data.enable = true', 'there is none')],
  [10, 'state without a retention', inIndex('# Retention: what', '# What')],
  [10, 'state without a timer', inIndex('systemd.timers.player-clean.timerConfig.OnCalendar', 'systemd.tmpfiles.x')],
  [11, 'the latest image', inIndex('player:1.2.3', 'player:latest')],
  [11, 'an image without a tag', inIndex('player:1.2.3', 'player')],
  [11, 'a container that nobody checks', inIndex('--health-cmd=true', '--read-only')],
  [11, 'a container that stays down', inIndex('serviceConfig.Restart', 'unitConfig.X')],
  [
    11,
    'the latest image, written as a path',
    inIndex(
      'systemd.timers',
      'virtualisation.oci-containers.containers.other.image = "other:latest";\n    virtualisation.oci-containers.containers.other.extraOptions = [ "--health-cmd=true" ];\n    systemd.timers',
    ),
  ],
  [
    11,
    'a container written as paths that nobody checks',
    inIndex('systemd.timers', 'virtualisation.oci-containers.containers.other.image = "other:1";\n    systemd.timers'),
  ],
  [
    11,
    'a service written as a path that is not hardened',
    inIndex('systemd.timers', 'systemd.services.other.serviceConfig.ExecStart = "/bin/other";\n    systemd.timers'),
  ],
  [
    11,
    'a script that is not hardened',
    inIndex('systemd.timers', 'systemd.services.other.script = "true";\n    systemd.timers'),
  ],
  [11, 'a service that is not hardened', inIndex('serviceConfig = hardening // {', 'serviceConfig = {')],
  [11, 'an exception without a reason', inIndex('        # Exception: it looks things up.\n', '\n')],
  [
    12,
    'a warning that is always given',
    inIndex('lib.optional (cfg.enable && !config.hwc.data.enable) "no database"', '[ "beware" ]'),
  ],
  [12, 'a trace', inIndex('"/bin/scan"', 'builtins.trace "x" "/bin/scan"')],
]

describe('the rules of the Charter', () => {
  it('find nothing in a module that keeps them', async () => {
    expect(await lintFiles(GOOD)).toEqual([])
  })

  it.each(FAULTS)('rule %i finds %s', async (rule, _name, files) => {
    const found = await lintFiles(files)
    expect(found.map((finding) => finding.rule)).toContain(rule)
    // One fault is one finding, but for those that are about a folder which then has none of its files.
    if (!['no index.nix', 'no options.nix'].includes(_name))
      expect([...new Set(found.map((finding) => finding.rule))]).toEqual([rule])
  })

  it('name the file and the line', async () => {
    expect(await lintFiles(inIndex('# Retention:', '# TODO: retention:'))).toEqual([
      {
        file: `${MODULE}/index.nix`,
        line: 27,
        rule: 4,
        severity: 'error',
        message: 'holds a "TODO:"',
      },
    ])
  })

  it('are kept by the exported tree, without an error or a warning', async () => {
    const { settings, sources } = loadedWith({})
    expect(await lint(renderTree({ settings, sources, version: '1.0.0' }))).toEqual([])
  })

  it('are kept by a machine whose folders lie in a home or below a mount point', async () => {
    const { settings, sources } = loadedWith({
      'local-workflows.fileCleanup.watchDirs': ['/home/eric/Downloads', '/mnt/inbox'],
      'ollama.dataDir': '/mnt/models',
    })
    expect(await lint(renderTree({ settings, sources, version: '1.0.0' }))).toEqual([])
  })

  it('are asked of a folder as it is on the disk, never through a symlink', () => {
    const root = mkdtempSync(join(tmpdir(), 'hwc-lint-'))
    try {
      for (const [path, text] of Object.entries({ ...GOOD, '.git/x.nix': '{', 'docs/notes.md': 'x' })) {
        mkdirSync(dirname(join(root, path)), { recursive: true })
        writeFileSync(join(root, path), text)
      }
      symlinkSync('/etc', join(root, 'elsewhere'))
      expect(Object.fromEntries(readSources(root))).toEqual(GOOD)
      expect(() => readSources(join(root, 'no'))).toThrow(/does not exist/)
    } finally {
      rmSync(root, { recursive: true })
    }
  })
})
