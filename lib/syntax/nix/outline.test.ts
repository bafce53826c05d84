import { describe, expect, it } from 'vitest'
import { outlineNix } from './outline.ts'
import { inspectNix } from './inspect.ts'

const MODULE = `# Backups of this machine.
# Runs at night.

{ config, lib, retries ? 3, # how often to try
  # Where to.
  target, ... }:

let
  # Not for others.
  twice = x: x * 2;
in
{
  imports = [ ./a.nix ];

  options.services.backup = {
    enable = lib.mkEnableOption "backups";

    # An unrelated remark.

    paths = lib.mkOption {
      type = lib.types.listOf lib.types.path;
      default = [ ];
      example = lib.literalExpression "[ /srv ]";
      description = ''
        What to save.
          Indented.
      '';
    };
    jobs = lib.mkOption {
      type = with lib.types; attrsOf (submodule { options.x = lib.mkOption { type = lib.types.str; }; });
    };
  };
}
`

describe('outlineNix', () => {
  it('reads the options of a module as NixOS would name them', () => {
    const options = outlineNix(MODULE).symbols.filter((symbol) => symbol.kind === 'option')
    expect(options.map((option) => [option.name, option.option?.type, option.option?.default])).toEqual([
      ['services.backup.enable', 'bool', 'false'],
      ['services.backup.paths', 'lib.types.listOf lib.types.path', '[ ]'],
      ['services.backup.jobs', expect.stringContaining('attrsOf'), null],
    ])
    expect(options[1]?.option).toMatchObject({ example: '[ /srv ]', description: 'What to save.\n  Indented.' })
    expect(options[0]?.doc?.text).toBe('Whether to enable backups.')
  })

  it('reads the formals of the file with their defaults and the comments above them', () => {
    const [file] = outlineNix(MODULE).symbols
    expect(file?.parameters.map(({ name, default: value }) => [name, value])).toEqual([
      ['config', null],
      ['lib', null],
      ['retries', '3'],
      ['target', null],
      ['...', null],
    ])
    expect(file?.doc?.parameters).toEqual({ target: 'Where to.' })
  })

  it('takes the comment at the top for the file and the one above for an attribute, no further one', () => {
    const outline = outlineNix(MODULE)
    expect(outline.doc?.text).toBe('Backups of this machine.\nRuns at night.')
    const twice = outline.symbols.find((symbol) => symbol.name === 'twice')
    expect(twice).toMatchObject({ exported: false, kind: 'function', doc: { text: 'Not for others.' } })
    const far = outlineNix('{\n  a = 1; # of a\n  b = x: x;\n\n  # far\n\n  c = x: x;\n}')
    expect(far.symbols.map((symbol) => symbol.doc)).toEqual([null, null, null])
  })

  it('reads nixpkgs doc comments with their examples', () => {
    const { symbols } = outlineNix(
      '{\n  /**\n    Adds.\n\n    # Example\n\n    ```nix\n    add 1 2\n    => 3\n    ```\n  */\n  add = a: b: a + b;\n}',
    )
    expect(symbols[0]).toMatchObject({
      name: 'add',
      parameters: [{ name: 'a' }, { name: 'b' }],
      doc: { examples: ['add 1 2\n=> 3'] },
    })
  })

  it('lists what a package sets and what a set inherits', () => {
    const { symbols } = outlineNix('{ stdenv }: stdenv.mkDerivation (final: { pname = "x"; inherit (final) src; })')
    expect(symbols.map((symbol) => [symbol.kind, symbol.name])).toEqual([
      ['function', '(this file)'],
      ['attribute', 'pname'],
      ['re-export', 'src'],
    ])
  })

  it('names imported files, and the line of each fault', () => {
    expect(outlineNix(MODULE).imports).toEqual([{ source: './a.nix', names: ['*'], line: 13 }])
    const broken = outlineNix('{\n  a = import ./b.nix;\n  c = ;\n  d = x: x;\n}')
    expect(broken.faults.map((fault) => fault.line)).toEqual([3])
    expect(broken.symbols.map((symbol) => symbol.name)).toEqual(['a', 'd'])
  })
})

describe('inspectNix', () => {
  it('finds the names an expression takes from elsewhere', () => {
    expect(inspectNix('let a = 1; in { x ? a, ... }@args: map f (args.y + a + x + b)').free).toEqual(['f', 'b'])
    expect(inspectNix('rec { a = 1; b = a; inherit c; }').free).toEqual(['c'])
    expect(inspectNix('{ a = 1; b = a; }').free).toEqual(['a'])
    expect(inspectNix('x: "${y}"').free).toEqual(['y'])
  })
})
