# What a server may be called: its name becomes that of a unit, of a socket and of a part of an address.
{ lib }:
let
  ownNames = [ "workflows" "filesystem-nixos" ];
in
{
  # The gateway's own, which no other server can have.
  inherit ownNames;

  fits = name: builtins.match "[a-z0-9][a-z0-9-]{0,63}" name != null && !(lib.elem name ownNames);
}
