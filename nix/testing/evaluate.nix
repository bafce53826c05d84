# Evaluates cases of a tree: each is a module of its own beside the modules of the tree and a host.
{ library, root, cases, entry, select }:
let
  lib = import library;
  pkgs = import ./pkgs.nix { inherit lib; };
  scope = {
    inherit root lib pkgs;
    hwcHost = ./host-hwc.nix;
    # The app's own source.
    project = ../..;
  };
  evaluated = module: lib.evalModules {
    specialArgs = { inherit pkgs; };
    modules = [ ./host.nix module ] ++ map (path: root + "/${path}") entry;
  };
in
builtins.mapAttrs (_: module: select (evaluated module)) (cases scope)
