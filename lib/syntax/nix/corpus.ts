/** Snippets for the parser's tests: each is judged by Nix itself where that is installed (`parser.live.test.ts`). */

/** What Nix accepts. */
export const ACCEPTED: readonly string[] = [
  'a -> b -> c', 'a ? b ? c', '!a ? b', '- a ? b', '- - a', '! ! a', '-!a', '!-a', 'a + !b + c', '!a == b', '-a.b', 'f -1', 'a - -1', '-1 + 2',
  'a.b.c d e', 'a.b or c.d', 'a.b or c d', '[ a.b or c d ]', 'map or [ ]', '{ or = 1; }', 'a.or', 'a.${b}."c".d', 'a."${b}".c', 'a.${"b"}',
  'a: b', 'a: b: c', '{ }: 1', '{}: 1', '{ a }: a', '{ a, b }: a', '{ a, }: a', '{ a, b ? 1, }: a', '{ a, ... }: a', '{ ... }: 1', '{ a ? b: b, c }: c',
  'x@{ a, ... }: x', '{ a }@x: x', '{ a } @ x : x', 'x @ { a }: x', '{ }@x: x', 'x@{ }: x', '{ a ? { b, ... }: b }: a', '(a: b) c', '{ a }:a',
  'x:x', 'http://a.b/c?d=e', 'a /* x */ b', 'a # b\nc', '/**/ a', '/***/ a', '/* * / */ a',
  '{ a = 1; b = 2; }', '{ a.b = 1; a.c = 2; }', '{ a = { b = 1; }; a.c = 2; }', '{ a.c = 2; a = { b = 1; }; }', '{ a = { b = 1; }; a = { c = 2; }; }',
  '{ a = rec { b = 1; }; a.c = 2; }', '{ a = ({ b = 1; }); a.c = 2; }', '{ ${a} = 1; ${a} = 2; }', '{ "a b" = 1; "${a}" = 2; }', 'rec { a = 1; b.c = a; }',
  '{ inherit a b; }', '{ inherit (a) b c; }', '{ inherit; }', '{ inherit ${"a"}; }', '{ inherit "a"; }', '{ inherit (a.b or { }) c; inherit d; }', '{ inherit or; }',
  'let a = 1; in a', 'let in 1', 'let a.b = 1; a.c = 2; in a', 'let a.${x} = 1; in a', 'let ${"a"} = 1; in a', 'let inherit (a) b; inherit c; in b',
  'let { body = 1; }', 'let { a = 1; body = a; }', 'f let { body = 1; }', 'f rec { a = 1; }',
  'if a then b else c + 1', 'if a then if b then c else d else e', 'a + (if b then c else d)', 'assert a; assert b; c', 'with a; with b; c', 'with a; x: y',
  '"a"', '""', '"a${b}c"', '"${b}"', '"${a}${b}"', '"$${b}"', '"$$${b}"', '"$"', '"a$"', '"$$"', '"\\${a}"', '"\\n\\t\\r\\"\\\\ \\q"', '"a\nb"', '"a\r\nb\rc"',
  '"${"nested ${"deep"}"}"', '"${{ a = "}"; }.a}"', '"é\\é 🦊 ${a}"', '"$\\${a}"', '"$"+a', '"\'\'"',
  "''''", "''a''", "''\n''", "''\n  a\n    b\n''", "''\n    a\n      ${b}\n  ''", "''  a\n  b''", "''\n  a\n\n  b\n''", "''\n\ta\n\t b\n''",
  "''a''${b}''\${c} '''x ''\\n $ $$''", "''$${b}''", "''\n  ''\\n  a\n  b''", "''\n  ${a}\n    b''", "'' ${a} ''", "''\n  a'b'c''", "''a'${b}''", "''\n    '''\n  a''",
  "''   \n  a\n''", "''\n  a\n      ''", "''\n   ''$x\n  y''", "''a\n ''", "''\\''", "''${a}${b}''", "''\n      ${a}\n    ''",
  './a', './a/b', '../a', 'a/b', 'a/b.nix', '/a', '~/a', '~/a/b', '<nixpkgs>', '<nixpkgs/a>', 'a /b', 'a./b', './a/${b}', './a/${b}/c', './${a}', './a${b}c', './a-${b}.nix',
  './a//${b}', './${a}//c', './${a}${b}', '[ ./a ./b ]', './a + "b"', 'a//b', 'a // b', '1/2', '1 / 2', '1 /2', 'a-b', 'a - b', 'a -b', "a'", "a' b", 'a.b/c',
  '1', '0', '007', '1.5', '.5', '1.', '1.e3', '1.5e-3', '0.5', '01.5', '9223372036854775807', '1 .5', 'a.1', 'a :b c',
  '[ ]', '[ 1 (a b) { } [ ] "x" ./y ]', '[ a.b ]', '[ (x: x) ]', '[ a.b or c d ]', '[ rec { } let { body = 1; } ]',
  '__curPos', '_', "_a'b-c", 'a._b', '{ a = 1; }.a', '{ }.a or 1', '(a).b', '"a".b', '[ ].a', 'a.b.c or d.e or f', 'a ? "b".c', 'a ? ${b}', 'a ? b && c',
  '{ a, b }@c: { inherit a; }', '{ lib, config ? { }, ... }@args: with lib; { options.a = mkOption { type = types.str; }; }',
]

/** What Nix refuses. */
export const REFUSED: readonly string[] = [
  '', '# only a comment', '1 < 2 < 3', 'a == b == c', 'a == b != c', 'a <= b > c', 'a ? ', 'a +', '+ a', 'a b: c', 'a + if b then c else d', 'f x: y', '[ x: y ]', '[ -1 ]', '[ a + b ]',
  '{ a = 1 }', '{ a = 1; a = 2; }', '{ a.b = 1; a = 2; }', '{ a = 1; a.b = 2; }', '{ a = { b = 1; }; a = { b = 2; }; }', '{ a = { b = 1; }; a.b = 2; }', '{ inherit a a; }', '{ inherit a; a = 1; }',
  '{ inherit (a) b; b.c = 1; }', '{ inherit (a) ${b}; }', '{ inherit "${a}"; }', '{ inherit (a b; }', '{ a }', '{ a, b }', '{ a b }', '{ = 1; }', '{ a. = 1; }', '{ 1 = 2; }',
  '{ a, a }: a', 'a@{ a }: a', '{ a }@a: a', '{ , }: 1', '{ ..., }: 1', '{ a, ..., b }: a', '{ a ..., }: 1', '{ "a" }: 1', '{ a = 1 }: 1', '{a}@b:b', 'a@b: c', '{ or }: 1',
  'let ${a} = 1; in 1', 'let a = 1; in', 'let a = 1 in a', 'let a = 1; a', 'let', 'if a then b', 'if a else b', 'with a b', 'assert a', 'or', 'in', 'rec', 'rec a', 'then',
  '"a', "''a", "''a $'''", '"${a"', '"${}"', '"a${b', '(a', 'a)', '[ a', 'a ]', '{', '}', 'a.', '.a', 'a..b', 'a.b.', '(', '()',
  './a/', './a//b', './a/${b}/', '~/', '~', './', '<a', '/ a', 'a |> b', 'a | b', 'a & b', '$a', '${a}', 'a $ b', '@', 'a @ b', '%', 'a; b', 'a, b', 'a = b', '99999999999999999999', '/* a', '; a',
]
