# What a sandboxed unit sees of the machine's folders.
{ lib }:
let
  # Laid over with nothing by the units; a folder below them has to be bound to be seen.
  hidden = [ "/home" "/root" "/run/user" "/var" ];
  isHidden = path: lib.any (top: path == top || lib.hasPrefix "${top}/" path) hidden;

  # Words of a unit file, in which a space ends a path and a percent sign begins a specifier. `-`: a folder on a disk that is
  # not there now must not keep a unit from starting.
  word = path: ''"-${lib.replaceStrings [ "\\" "\"" "%" ":" ] [ "\\\\" "\\\"" "%%" "\\:" ] path}"'';
  # A path that is no part of a list of paths with colons.
  plainWord = path: ''"-${lib.replaceStrings [ "\\" "\"" "%" ] [ "\\\\" "\\\"" "%%" ] path}"'';
in
{
  # Folders to be seen, as text; the rest of the system is read-only, and what is private is hidden.
  access = { readOnly, readWrite }:
    let
      reads = lib.unique (map toString readOnly);
      writes = lib.unique (map toString readWrite);
    in
    {
      ProtectSystem = "strict";
      ProtectHome = "tmpfs";
      TemporaryFileSystem = [ "/var:ro" ];
      InaccessiblePaths = [ "-/boot" "-/run/agenix" "-/run/agenix.d" "-/run/keys" "-/run/secrets" "-/run/secrets.d" ];
      ReadOnlyPaths = map plainWord reads;
      ReadWritePaths = map plainWord writes;
      BindReadOnlyPaths = map word (lib.filter isHidden reads);
      BindPaths = map word (lib.filter isHidden writes);
    };
}
