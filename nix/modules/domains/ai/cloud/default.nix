{ imports = [ ./index.nix ]; }
