{
  description = "The AI services of a machine, as exported by hwc-ai";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { nixpkgs, ... }:
    let
      inherit (nixpkgs) lib;
      # The source of the app, as a folder of this tree. Without one, give `hwc.ai.local-workflows.service.src` another place,
      # such as a flake input of your own with `flake = false`.
      app = ./app;
      forEachSystem = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ];
      withSource = { lib, ... }: {
        hwc.ai.local-workflows.service.src = lib.mkIf (builtins.pathExists app) (lib.mkDefault app);
      };
    in
    {
      nixosModules = {
        default.imports = [ ./default.nix withSource ];
        ai.imports = [ ./profiles/ai.nix withSource ];
        monitoring = ./profiles/monitoring.nix;
      };

      packages = forEachSystem (system: rec {
        hwc-ai =
          let
            inherit (nixpkgs.legacyPackages.${system}) callPackage;
          in
          if builtins.pathExists app
          then callPackage ./domains/ai/local-workflows/parts/package.nix { src = app; }
          else callPackage ./domains/ai/local-workflows/parts/missing-source.nix { };
        default = hwc-ai;
      });
    };
}
