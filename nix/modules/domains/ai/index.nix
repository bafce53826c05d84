# The AI services of a machine. Each module can be on by itself, and nothing happens while hwc.ai.enable is off.
{ config, lib, ... }:
let
  cfg = config.hwc.ai;

  # What listens on this machine; 0 takes any free port.
  ports = lib.filter (use: use.on && use.port != 0) [
    { option = "ollama.port"; inherit (cfg.ollama) port; on = cfg.ollama.enable; }
    { option = "open-webui.port"; inherit (cfg.open-webui) port; on = cfg.open-webui.enable; }
    {
      option = "local-workflows.api.port";
      inherit (cfg.local-workflows.api) port;
      on = cfg.local-workflows.enable && cfg.local-workflows.api.enable;
    }
    { option = "mcp.proxy.port"; inherit (cfg.mcp.proxy) port; on = cfg.mcp.enable && cfg.mcp.proxy.enable; }
  ];
  shared = lib.filter (uses: lib.length uses > 1) (lib.attrValues (lib.groupBy (use: toString use.port) ports));
in
{
  # OPTIONS
  imports = [ ./options.nix ] ++ [
    ./agent
    ./cloud
    ./health
    ./local-workflows
    ./mcp
    ./ollama
    ./open-webui
    ./router
  ]
    # The retired names: once no warning names one any more, the file can go.
    ++ lib.optional (builtins.pathExists ./legacy-compat.nix) ./legacy-compat.nix;

  # IMPLEMENTATION: the modules above; what concerns several of them is in ./parts.

  # VALIDATION
  config = lib.mkIf cfg.enable {
    assertions = map
      (uses: {
        assertion = false;
        message = "hwc.ai: port ${toString (lib.head uses).port} is given to more than one service: change one of ${
          lib.concatMapStringsSep ", " (use: "hwc.ai.${use.option}") uses
        }.";
      })
      shared;
  };
}
