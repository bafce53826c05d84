# The modules for plain use: `imports = [ ./path/to/this/tree ];` in a NixOS configuration. Nothing is on by that alone.
{ imports = [ ./domains/ai ./domains/server/routes.nix ]; }
