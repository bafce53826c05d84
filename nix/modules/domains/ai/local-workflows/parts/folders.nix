# What a sandboxed unit sees of the machine's folders.
{ lib }:
let
  inherit (import ../../parts/unit-text.nix { inherit lib; }) bindPath path;

  # Laid over with nothing by the units; a folder below them has to be bound to be seen.
  hidden = [ "/home" "/root" "/run/user" "/var" ];
  isHidden = folder: lib.any (top: folder == top || lib.hasPrefix "${top}/" folder) hidden;

  # A folder on a disk that is not there now must not keep a unit from starting.
  optional = folder: "-${folder}";
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
      ReadOnlyPaths = map (folder: path (optional folder)) reads;
      ReadWritePaths = map (folder: path (optional folder)) writes;
      BindReadOnlyPaths = map (folder: bindPath (optional folder)) (lib.filter isHidden reads);
      BindPaths = map (folder: bindPath (optional folder)) (lib.filter isHidden writes);
    };
}
