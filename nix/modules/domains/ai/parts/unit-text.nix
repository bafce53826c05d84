# Values as unit files and the rules of systemd-tmpfiles take them: a space parts words there, and a percent sign begins a
# specifier. NixOS writes both as they are given.
{ lib }:
let
  # systemd.unit(5), "Specifiers".
  literal = lib.replaceStrings [ "%" ] [ "%%" ];
  # systemd.syntax(7), "Quoting": the escapes of JSON are among those of C.
  path = value: builtins.toJSON (literal (toString value));
in
{
  # A value that runs to the end of its line.
  inherit literal;

  # One path, such as RequiresMountsFor= and the rules of systemd-tmpfiles name.
  inherit path;

  # One path in a list of mounts, BindPaths= and its like: there a colon parts the source from the target.
  bindPath = value: lib.replaceStrings [ ":" ] [ "\\:" ] (path value);

  # Words for people, of any length: NixOS refuses a description of more than one line.
  description = text: literal (lib.concatStringsSep " " (lib.filter (line: line != "") (lib.splitString "\n" text)));
}
