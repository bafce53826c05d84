import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrate } from './index.ts'
import { rewrite, usesIn } from './rewrite.ts'

const kinds = (text: string) =>
  (usesIn(text) ?? []).map(({ kind, old, new: now }) => `${kind} ${old} ${now ?? ''}`.trim())

describe('what can be rewritten', () => {
  it.each([
    ['a path', '{ hwc.server.ai.ollama.enable = true; }', '{ hwc.ai.ollama.enable = true; }'],
    ['a path of quoted names', '{ "hwc"."server".ai.ollama = { }; }', '{ "hwc".ai.ollama = { }; }'],
    ['below config', '{ config.hwc.server.ai.mcp.enable = true; }', '{ config.hwc.ai.mcp.enable = true; }'],
    ['a set', '{ hwc.server.ai = { ollama.enable = true; }; }', '{ hwc.ai = { ollama.enable = true; }; }'],
    ['a path in hwc', '{ hwc = { server.ai.ollama.port = 1; x = 2; }; }', '{ hwc = { ai.ollama.port = 1; x = 2; }; }'],
    ['the only part of hwc.server', '{ hwc.server = { ai.ollama.port = 1; }; }', '{ hwc = { ai.ollama.port = 1; }; }'],
    ['all parts of hwc.server', '{ hwc.server = { ai.a = 1; ai.b = 2; }; }', '{ hwc = { ai.a = 1; ai.b = 2; }; }'],
    [
      'the only part, under a condition',
      '{ hwc.server = lib.mkIf x { ai.ollama.port = 1; }; }',
      '{ hwc = lib.mkIf x { ai.ollama.port = 1; }; }',
    ],
    [
      'one of several parts, on one line',
      '{ hwc.server = { ai.ollama.port = 1; x = 2; }; }',
      '{ hwc.ai.ollama.port = 1; hwc.server = {  x = 2; }; }',
    ],
    ['nested twice', '{ hwc = { server = { ai = { a = 1; }; }; }; }', '{ hwc = { ai = { a = 1; }; }; }'],
    ['a read', '{ x = config.hwc.server.ai.ollama.port; }', '{ x = config.hwc.ai.ollama.port; }'],
    ['a read with a fallback', 'x: x.hwc.server.ai.ollama.port or 1', 'x: x.hwc.ai.ollama.port or 1'],
    [
      'a read in a text',
      '{ x = "at ${toString config.hwc.server.ai.ollama.port}"; }',
      '{ x = "at ${toString config.hwc.ai.ollama.port}"; }',
    ],
    ['a question', '{ x = config ? hwc.server.ai.ollama; }', '{ x = config ? hwc.ai.ollama; }'],
    ['of a value in parentheses', '{ x = (f y).hwc.server.ai.ollama; }', '{ x = (f y).hwc.ai.ollama; }'],
    ['with', '{ x = with config.hwc.server.ai; ollama.port; }', '{ x = with config.hwc.ai; ollama.port; }'],
    ['an inherit from', '{ inherit (config.hwc.server.ai) ollama; }', '{ inherit (config.hwc.ai) ollama; }'],
    ['the inherited ai', 'let inherit (config.hwc.server) ai; in ai', 'let inherit (config.hwc) ai; in ai'],
    [
      'several inherited in a let',
      'let inherit (config.hwc.server.ai.mcp) enable proxy; in enable',
      'let inherit (config.hwc.ai.mcp) enable proxy; in enable',
    ],
    ['a name that is put together', '{ x = config.hwc.server.ai.${y}.port; }', '{ x = config.hwc.ai.${y}.port; }'],
    ['in a let', 'let a = { hwc.server.ai.x = 1; }; in a', 'let a = { hwc.ai.x = 1; }; in a'],
    ['in a list of modules', 'f { modules = [ { hwc.server.ai.x = 1; } ]; }', 'f { modules = [ { hwc.ai.x = 1; } ]; }'],
    [
      'a value that reads',
      '{ hwc.server = { ai.a = config.hwc.server.ai.b; x = 1; }; }',
      '{ hwc.ai.a = config.hwc.ai.b; hwc.server = {  x = 1; }; }',
    ],
  ])('%s', (_name, before, after) => {
    expect(rewrite(before)).toBe(after)
    expect(kinds(after).filter((kind) => kind.startsWith('renamed'))).toEqual([])
  })

  it('is found once, however many names are inherited from it', () => {
    expect(kinds('let inherit (config.hwc.server.ai.mcp) enable proxy; in enable')).toEqual([
      'renamed hwc.server.ai.mcp hwc.ai.mcp',
    ])
  })

  it('is not called gone for a name that only Nix knows', () => {
    const said = (text: string) => usesIn(text)?.map(({ message }) => message)
    expect(said('{ x = config.hwc.server.ai.${y}.port; }')).toEqual([
      'hwc.server.ai.${…}.port is called hwc.ai.${…}.port now',
    ])
    expect(said('{ x = config.hwc.server.ai.voice.port; }')?.[0]).toMatch(
      /^hwc\.server\.ai\.voice\.port has no successor: there is no hwc\.ai\.voice\.port; the modules are ollama, /,
    )
  })

  it('keeps comments and layout', () => {
    const before = `{ config, ... }:
{
  # What this machine serves.
  hwc.server = {
    reverseProxy.enable = true; # Caddy

    # Models.
    ai = {
      ollama.enable = true; # on the GPU
      ollama.models = [
        "llama3.2:3b"
      ];

      open-webui.extraEnv.NOTE = ''
        two
          lines
      '';
    }; # end of models

    # Downloads.
    downloads.enable = false;
  };
}
`
    expect(rewrite(before)).toBe(`{ config, ... }:
{
  # What this machine serves.
  # Models.
  hwc.ai = {
    ollama.enable = true; # on the GPU
    ollama.models = [
      "llama3.2:3b"
    ];

    open-webui.extraEnv.NOTE = ''
      two
        lines
    '';
  }; # end of models
  hwc.server = {
    reverseProxy.enable = true; # Caddy


    # Downloads.
    downloads.enable = false;
  };
}
`)
  })

  it('keeps the comments of a set that it takes away', () => {
    const before = `{
  hwc = {
    server = {
      # Only this.
      ai.mcp.enable = true;
      # That was it.
    };
    paths.hot = "/hot";
  };
}
`
    expect(rewrite(before)).toBe(`{
  hwc = {
    # Only this.
    ai.mcp.enable = true;
    # That was it.
    paths.hot = "/hot";
  };
}
`)
  })

  it('is not rewritten into something that Nix would refuse', () => {
    const twice = '{ hwc.server.ai.ollama.enable = true; hwc.ai.ollama.enable = true; }'
    expect(() => rewrite(twice)).toThrow(/hwc.ai.ollama.enable/)
  })
})

describe('what a person has to look at', () => {
  it.each([
    ['a part taken with with', '{ x = with config.hwc.server; ai.ollama.port; }', 'look config.hwc.server'],
    ['a part of what is held', 'let s = config.hwc.server; in s.ai.ollama.port', 'look config.hwc.server'],
    ['one inherited among others', 'let inherit (config.hwc.server) ai x; in ai', 'look config.hwc.server'],
    ['a computed name', '{ hwc.server.${x}.enable = true; }', 'look hwc.server.${…}.enable'],
    ['a computed read', '{ y = config.hwc.server.${x}.enable; }', 'look config.hwc.server.${…}.enable'],
    ['a set from elsewhere', '{ hwc.server = import ./ai.nix; }', 'look hwc.server'],
    ['an inherited part', '{ hwc.server = { inherit ai; }; }', 'look hwc.server.ai'],
    ['a part among others under a condition', '{ hwc.server = mkIf x { ai.a = 1; b = 2; }; }', 'look hwc.server.ai.a'],
    ['a part of a recursive set', '{ hwc.server = rec { ai.a = b; b = 2; }; }', 'look hwc.server.ai.a'],
    [
      'a list of names',
      '{ x = lib.attrByPath [ "hwc" "server" "ai" "ollama" ] null config; }',
      'look hwc.server.ai.ollama',
    ],
    ['a text', '{ x = "set hwc.server.ai.ollama.enable"; }', 'look hwc.server.ai'],
    ['the folder that goes', '{ imports = [ ../../domains/server/ai ]; }', 'look domains/server/ai'],
  ])('%s', (_name, text, found) => {
    expect(kinds(text)).toContain(found)
    expect(rewrite(text)).toBe(text)
  })

  it('is nothing in a comment, or with other names', () => {
    for (const text of [
      '# hwc.server.ai.x\n{ }',
      '{ hwc.ai.x = 1; }',
      '{ hwc.server.aid.x = 1; }',
      '{ x = config.hwc.server.mail; }',
    ])
      expect(kinds(text)).toEqual([])
  })
})

describe('a repository', () => {
  let root = ''
  const FILES: Record<string, string> = {
    'machines/server/config.nix': '{\n  hwc.server.ai.ollama.enable = true; # models\n}\n',
    'profiles/web.nix':
      '{ config, ... }:\n{\n  x = config.hwc.server.ai.open-webui.port;\n  y = with config.hwc.server; ai;\n}\n',
    'domains/ai/legacy-compat.nix': '{ hwc.server.ai = { }; }\n',
    'domains/server/ai/ollama/options.nix': '{ options.hwc.server.ai.ollama.enable = 1; }\n',
    'broken.nix': '{ hwc.server.ai = ; }\n',
    'flake.nix': '{ }\n',
  }
  const read = (path: string) => readFileSync(join(root, path), 'utf8')

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'hwc-migrate-'))
    for (const [path, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  it('is only looked at unless asked to be rewritten', async () => {
    const migration = await migrate(root, { write: false })
    expect(migration.findings.map(({ file, line, column, kind }) => `${file}:${line}:${column} ${kind}`)).toEqual([
      'broken.nix:1:3 look',
      'machines/server/config.nix:2:3 renamed',
      'profiles/web.nix:3:7 renamed',
      'profiles/web.nix:4:12 look',
    ])
    expect(migration.findings[1]).toMatchObject({
      old: 'hwc.server.ai.ollama.enable',
      new: 'hwc.ai.ollama.enable',
      text: 'hwc.server.ai.ollama.enable = true; # models',
      message:
        'hwc.server.ai.ollama.enable is called hwc.ai.ollama.enable now; hwc.ai.enable = true has to be set as well, once',
    })
    expect(migration).toMatchObject({ files: 6, written: [], folders_to_remove: ['domains/server/ai'] })
    expect(migration.diffs.map(({ path }) => path)).toEqual(['machines/server/config.nix', 'profiles/web.nix'])
    expect(migration.diffs[0]?.diff).toContain(
      '-  hwc.server.ai.ollama.enable = true; # models\n+  hwc.ai.ollama.enable',
    )
    for (const [path, text] of Object.entries(FILES)) expect(read(path)).toBe(text)
  })

  it('is rewritten in place, and the second time there is nothing to do', async () => {
    chmodSync(join(root, 'profiles/web.nix'), 0o640)
    const migration = await migrate(root, { write: true })
    expect(migration).toMatchObject({ written: ['machines/server/config.nix', 'profiles/web.nix'], failed: [] })
    expect(migration.parse_checked).toBe(spawnSync('nix-instantiate', ['--version']).status === 0)
    expect(read('machines/server/config.nix')).toBe('{\n  hwc.ai.ollama.enable = true; # models\n}\n')
    expect(statSync(join(root, 'profiles/web.nix')).mode & 0o777).toBe(0o640)
    const again = await migrate(root, { write: true })
    expect([again.written, again.findings.map(({ kind }) => kind)]).toEqual([[], ['look', 'look']])
    expect(read('domains/ai/legacy-compat.nix')).toBe(FILES['domains/ai/legacy-compat.nix'])
  })

  it('is not left through a symlink', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'hwc-outside-'))
    try {
      writeFileSync(join(outside, 'x.nix'), '{ hwc.server.ai.a = 1; }\n')
      symlinkSync(outside, join(root, 'linked'))
      symlinkSync(join(outside, 'x.nix'), join(root, 'linked.nix'))
      const { written } = await migrate(root, { write: true })
      expect(written).toHaveLength(2)
      expect(readFileSync(join(outside, 'x.nix'), 'utf8')).toBe('{ hwc.server.ai.a = 1; }\n')
    } finally {
      rmSync(outside, { recursive: true })
    }
  })
})
