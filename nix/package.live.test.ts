/** The package of the app and the flake, as far as they can be judged without building. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { evaluate, findLibrary, hasNix, writeTree } from './testing/evaluate.ts'
import type { MachineSummary } from './testing/machine.ts'
import { hasProgram } from './testing/programs.ts'
import { treeOf } from './testing/trees.ts'

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ name: z.string().optional(), version: z.string().optional(), integrity: z.string().optional() }),
  ),
})
const packageSchema = z.object({
  version: z.string(),
  phases: z.array(z.string()),
  resolved: z.record(z.string(), z.string().nullable()),
})

/** Hands the package's own arguments back in place of building it. */
const PACKAGE = `
  let
    tree = import (root + "/domains/ai/local-workflows/parts/package.nix") {
      inherit lib;
      buildNpmPackage = arguments: arguments;
      importNpmLock = { __functor = _: arguments: arguments; npmConfigHook = "hook"; };
      makeBinaryWrapper = "makeBinaryWrapper";
      nodejs_24 = "/nodejs";
      bubblewrap = "/bubblewrap";
      systemd = "/systemd";
      util-linux = "/util-linux";
      src = project;
    };
  in
  {
    inherit (tree) version;
    phases = [ tree.buildPhase tree.installPhase ];
    resolved = builtins.mapAttrs (_: entry: entry.resolved or null) tree.npmDeps.packageLock.packages;
  }`
/** The flake with as much of nixpkgs as its outputs take. */
const FLAKE = `(import (root + "/flake.nix")).outputs {
  nixpkgs = {
    inherit lib;
    legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (system: {
      callPackage = path: { src ? "none" }: "\${system} \${baseNameOf path} \${baseNameOf src}";
    });
  };
}`

describe.runIf(hasNix)('the package', () => {
  const tree = writeTree(treeOf())
  afterAll(() => tree.remove())

  const valueOf = async (expression: string): Promise<unknown> => {
    const select = '{ config, ... }: config.value'
    const module = `{ options.value = lib.mkOption { }; config.value = ${expression}; }`
    const { values } = await evaluate(tree, { one: module }, { entry: [], select })
    return values['one']
  }

  it('takes each dependency from an address that its name and version make, and its hash from the lock file', async () => {
    const { version, resolved } = packageSchema.parse(await valueOf(PACKAGE))
    const read = (name: string): unknown =>
      JSON.parse(readFileSync(fileURLToPath(new URL(`../${name}`, import.meta.url)), 'utf8'))
    expect(read('package.json')).toMatchObject({ version })
    const { packages } = lockSchema.parse(read('package-lock.json'))
    expect(Object.keys(resolved)).toHaveLength(Object.keys(packages).length)
    for (const [path, entry] of Object.entries(packages)) {
      const name = entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
      const file = `${name.replace(/^@[^/]+\//, '')}-${entry.version ?? ''}.tgz`
      const address = `https://registry.npmjs.org/${name}/-/${file}`
      expect([path, resolved[path]]).toEqual([path, entry.integrity === undefined ? null : address])
    }
  })

  it.runIf(hasProgram('shellcheck'))('builds by scripts that shellcheck has nothing against', async () => {
    const { phases } = packageSchema.parse(await valueOf(PACKAGE))
    for (const phase of phases) {
      // SC2154: `out` comes from Nix; SC2086: paths of the store hold no spaces.
      const args = ['--shell=bash', '--exclude=SC2154,SC2086', '-']
      expect(spawnSync('shellcheck', args, { input: phase, encoding: 'utf8' }).stdout).toBe('')
    }
  })

  it('is offered by the flake, for both kinds of processors, and says what is missing where there is no source', async () => {
    const packages = (built: string) =>
      Object.fromEntries(
        ['x86_64-linux', 'aarch64-linux'].map((system) => {
          const one = `${system} ${built}`
          return [system, { 'hwc-ai': one, default: one }]
        }),
      )
    expect(await valueOf(`(${FLAKE}).packages`)).toEqual(packages('missing-source.nix none'))
    mkdirSync(join(tree.root, 'app'))
    expect(await valueOf(`(${FLAKE}).packages`)).toEqual(packages('package.nix app'))
    rmdirSync(join(tree.root, 'app'))
  })

  it('comes with modules that do nothing until they are told to', async () => {
    const cases = {
      none: '{ imports = [ hwcHost ]; }',
      default: `{ imports = [ hwcHost (${FLAKE}).nixosModules.default ]; }`,
      ai: `{ imports = [ (${FLAKE}).nixosModules.ai (${FLAKE}).nixosModules.monitoring ]; }`,
    }
    const select = `summary: import ${fileURLToPath(new URL('testing/summary.nix', import.meta.url))} (summary // {
      config = lib.recursiveUpdate { hwc.ai = { }; } summary.config;
    })`
    const { values } = await evaluate<MachineSummary>(tree, cases, {
      entry: [],
      select: `let lib = import ${findLibrary().path}; in ${select}`,
    })
    expect({ ...values['default'], ai: null }).toEqual({ ...values['none'], ai: null })
    expect(Object.keys(values['ai']?.services ?? {})).toEqual(['hwc-ai', 'hwc-ai-retention'])
  })
})
