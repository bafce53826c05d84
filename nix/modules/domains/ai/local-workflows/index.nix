# The app of this tree: the workflows server as a hardened service, its timers, its command and its package.
{ config, lib, pkgs, ... }:
let
  cfg = config.hwc.ai.local-workflows;
  on = config.hwc.ai.enable && cfg.enable;
  inherit (lib) mkOption types;

  inherit (import ../parts/address.nix { inherit lib; }) isLoopback isLoopbackUrl;
  unitText = import ../parts/unit-text.nix { inherit lib; };
  # The file server may run as that user even where the app does not.
  files = config.hwc.ai.mcp.filesystem.nixos;
  users = [ cfg.service.user ] ++ lib.optional (config.hwc.ai.mcp.enable && files.enable) files.user;
  ollamaHere = config.hwc.ai.ollama.enable || (config.services.ollama.enable or false);
in
{
  # OPTIONS
  imports = [ ./options.nix ./parts/api-server.nix ./parts/timers.nix ./parts/command.nix ];

  # What only a machine can say; the rest of the options are the app's own settings.
  options.hwc.ai.local-workflows.service = {
    src = mkOption {
      type = types.nullOr types.path;
      default = null;
      example = lib.literalExpression "inputs.hwc-ai-src";
      description = "Source of the app, such as a flake input with `flake = false`; the package is built from it.";
    };
    package = mkOption {
      type = types.package;
      default =
        if cfg.service.src != null
        then pkgs.callPackage ./parts/package.nix { inherit (cfg.service) src; }
        else pkgs.callPackage ./parts/missing-source.nix { };
      defaultText = lib.literalExpression "pkgs.callPackage ./parts/package.nix { inherit (cfg.service) src; }";
      description = "Package of the app.";
    };
    user = mkOption {
      type = types.str;
      default = "hwc-ai";
      example = "eric";
      description = ''
        User that the app runs as. The default is made here and owns nothing but the app's state. Name your own user to let
        the app tidy your folders without sharing them with a group.
      '';
    };
    group = mkOption {
      type = types.str;
      default = "hwc-ai";
      example = "users";
      description = "Group that the app runs as; the default is made here.";
    };
    extraGroups = mkOption {
      type = types.listOf types.str;
      default = [ ];
      example = [ "media" ];
      description = "Further groups of the app, for folders that it shall read or tidy.";
    };
    readJournal = mkOption {
      type = types.bool;
      default = lib.any (source: lib.elem source [ "systemd-journal" "nixos-rebuilds" ]) cfg.journaling.sources;
      defaultText = lib.literalMD "whether `journaling.sources` names the system's journal";
      example = false;
      description = "Whether the app may read the whole journal of this machine.";
    };
    ownerKeyFile = mkOption {
      type = types.nullOr (import ../parts/types.nix { inherit lib; }).secretFile;
      default = null;
      example = "/run/secrets/hwc-ai-owner-key";
      description = "File with the owner's API key. Without one, the link for the first sign-in is printed into the journal.";
    };
    addresses = mkOption {
      type = types.listOf types.str;
      default = [ "localhost" "link-local" "10.0.0.0/8" "172.16.0.0/12" "192.168.0.0/16" "fc00::/7" ];
      example = [ "any" ];
      description = ''
        Addresses that the app may exchange packets with, in the form of systemd's IPAddressAllow. The default is this machine
        and the home network; cloud models or notifiers on the internet need `any`.
      '';
    };
    memoryMax = mkOption {
      type = types.str;
      default = "2G";
      example = "1G";
      description = "Most memory that the app may take; systemd ends and restarts it beyond.";
    };
    logRetention = mkOption {
      type = types.str;
      default = "30d";
      example = "90d";
      description = "Age after which the log files of the scheduled runs are removed, in the form of tmpfiles.d.";
    };
  };

  # IMPLEMENTATION
  config = lib.mkMerge [
    (lib.mkIf on {
      users.users = lib.mkIf (lib.elem "hwc-ai" users) {
        hwc-ai = {
          isSystemUser = true;
          group = "hwc-ai";
          home = "/var/lib/hwc-ai";
          description = "hwc-ai workflows server";
        };
      };
      users.groups = lib.mkIf (cfg.service.group == "hwc-ai" || lib.elem "hwc-ai" users) { hwc-ai = { }; };
      systemd.tmpfiles.rules = [
        "d ${unitText.path cfg.logDir} 0750 ${cfg.service.user} ${cfg.service.group} ${cfg.service.logRetention} -"
      ];
    })

    # VALIDATION
    (lib.mkIf on {
      assertions = [
        {
          assertion = cfg.backend.type != "ollama" || cfg.backend.endpoint != null || !(isLoopbackUrl cfg.ollamaEndpoint) || ollamaHere;
          message = "hwc.ai.local-workflows asks Ollama at ${cfg.ollamaEndpoint}, on this machine, where none is enabled: set hwc.ai.ollama.enable = true, name another address, or set backend.type = \"built-in\" to do without a model.";
        }
        {
          assertion = cfg.api.allowNonLoopback || isLoopback cfg.api.host;
          message = "hwc.ai.local-workflows.api.host \"${cfg.api.host}\" can be reached from other machines: set api.allowNonLoopback = true if that is meant.";
        }
        {
          assertion = !cfg.fileCleanup.enable || cfg.fileCleanup.watchDirs != [ ];
          message = "hwc.ai.local-workflows.fileCleanup is enabled and has no folder to tidy: name one in fileCleanup.watchDirs.";
        }
        {
          assertion = cfg.runs.retentionDays == 0 || cfg.runs.keepOutputsDays <= cfg.runs.retentionDays;
          message = "hwc.ai.local-workflows.runs.keepOutputsDays (${toString cfg.runs.keepOutputsDays}) is more than runs.retentionDays (${toString cfg.runs.retentionDays}): results cannot outlive their runs.";
        }
      ];
    })
  ];
}
