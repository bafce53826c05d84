# The app as a service: the API, the pages and the MCP gateway in one process.
{ config, lib, options, pkgs, ... }:
let
  cfg = config.hwc.ai.local-workflows;
  inherit (import ../../parts/address.nix { inherit lib; }) inUrl;
  inherit (import ../../parts/unit-text.nix { inherit lib; }) literal;
  settings = import ./settings.nix { inherit lib config options; };
  sandbox = import ./sandbox.nix { inherit lib config; };
  # Both kinds of Ollama that this machine may run: that of this tree and that of NixOS.
  modelServer =
    lib.optional config.hwc.ai.ollama.enable ((import ../../parts/network.nix { inherit config lib pkgs; }).unitOf "ollama")
    ++ lib.optional (config.services.ollama.enable or false) "ollama.service";
in
{
  config = lib.mkIf (config.hwc.ai.enable && cfg.enable) {
    environment.etc."hwc-ai/hwc-ai.json".text = settings.json;

    systemd.services.hwc-ai = lib.mkIf cfg.api.enable {
      description = "hwc-ai: workflows for local models";
      documentation = [ "http://${inUrl cfg.api.host}:${toString cfg.api.port}/docs" ];
      wantedBy = [ "multi-user.target" ];
      # The app works without its model server and finds it when it comes, hence no `requires`.
      wants = [ "network-online.target" ] ++ modelServer;
      after = [ "network-online.target" ] ++ modelServer;
      restartTriggers = [ settings.json ];
      startLimitIntervalSec = 300;
      startLimitBurst = 5;

      environment = {
        HWC_AI_STATE = "/var/lib/hwc-ai";
        HWC_AI_CONFIG = settings.path;
        # The admin shows what is set here as set by Nix, and read-only.
        HWC_AI_CONFIG_FROM = "nix";
        HOME = "/var/lib/hwc-ai";
      } // lib.optionalAttrs (cfg.service.ownerKeyFile != null) {
        HWC_AI_API_KEY_FILE = "/run/credentials/hwc-ai.service/owner-key";
      };

      serviceConfig = sandbox // {
        Type = "notify";
        # Node cannot speak to systemd itself: `systemd-notify`, a process of its own, does it for the app.
        NotifyAccess = "all";
        # A blocked event loop is a dead server, whatever the process list says.
        WatchdogSec = "60s";
        ExecStart = "${cfg.service.package}/bin/hwc-ai-server";
        Restart = "on-failure";
        RestartSec = "5s";
        TimeoutStartSec = "90s";
        TimeoutStopSec = "30s";
        LoadCredential =
          settings.credentials
            ++ lib.optional (cfg.service.ownerKeyFile != null) "owner-key:${literal cfg.service.ownerKeyFile}";
      };
    };
  };
}
