# The web chat of this machine: a container, its secret, the tool servers it is given.
{ config, lib, pkgs, ... }:
let
  cfg = config.hwc.ai.open-webui;
  inherit (config.hwc.ai) ollama;
  on = config.hwc.ai.enable && cfg.enable;
  network = import ../parts/network.nix { inherit config lib; };
  hardening = import ../parts/hardening.nix;
  unitText = import ../parts/unit-text.nix { inherit lib; };

  unit = network.unitOf "open-webui";
  dataDir = toString cfg.dataDir;
  prepare = import ./parts/prepare-script.nix { inherit cfg lib pkgs; };
  retention = import ./parts/retention.nix { inherit cfg lib pkgs; };

  # The name that the container of Ollama has in their network; any other address is somebody else's to run.
  usesOllamaHere = builtins.match "https?://ollama([:/].*)?" cfg.ollamaEndpoint != null;
  yes = value: if value then "True" else "False";
in
{
  # OPTIONS
  imports = [ ./options.nix ./parts/tools-proxy.nix ];

  # IMPLEMENTATION
  config = lib.mkIf on {
    virtualisation.oci-containers.containers.open-webui = {
      image = "ghcr.io/open-webui/open-webui:${cfg.imageTag}";
      # Other machines reach it through the web server of this one.
      ports = [ "127.0.0.1:${toString cfg.port}:8080" ];
      volumes = [ "${dataDir}:/app/backend/data" ];
      environment = {
        OLLAMA_BASE_URL = cfg.ollamaEndpoint;
        WEBUI_AUTH = yes cfg.enableAuth;
        DEFAULT_MODELS = cfg.defaultModel;
        BYPASS_EMBEDDING_AND_RETRIEVAL = yes (!cfg.enableRAG);
        CHUNK_SIZE = toString cfg.ragChunkSize;
        CHUNK_OVERLAP = toString cfg.ragOverlap;
        # Versions are pinned here: nobody is to be asked for newer ones, nor told who asks.
        ENABLE_VERSION_UPDATE_CHECK = "False";
        ANONYMIZED_TELEMETRY = "False";
        DO_NOT_TRACK = "true";
        SCARF_NO_ANALYTICS = "true";
      } // lib.optionalAttrs (cfg.url != null) { WEBUI_URL = cfg.url; } // cfg.extraEnv;
      environmentFiles = [ "/run/hwc-ai-open-webui/environment" ];
      extraOptions =
        network.options
        ++ [ "--cap-drop=all" "--security-opt=no-new-privileges" ]
        ++ lib.optionals cfg.healthCheck.enable (network.health {
          # Some versions of the image have curl alone.
          command = "wget --quiet --spider http://127.0.0.1:8080/health || curl --silent --fail --output /dev/null http://127.0.0.1:8080/health";
          # The first start fetches and migrates before it answers.
          startPeriod = "300s";
        });
    };

    networking.firewall.interfaces.${network.interface} = network.firewall;

    systemd.tmpfiles.rules = [ "d ${unitText.path dataDir} 0700 root root - -" ];

    systemd.services = {
      # Exception: the container engine runs as root and sets up the sandbox of the container itself.
      ${lib.removeSuffix ".service" unit} =
        let
          # It answers without Ollama, and finds it when it comes, hence no `requires` for that one.
          modelServer = lib.optional usesOllamaHere (network.unitOf "ollama");
        in
        {
          inherit (network) preStart;
          after = [ "open-webui-prepare.service" ] ++ modelServer;
          requires = [ "open-webui-prepare.service" ];
          wants = modelServer;
          unitConfig.RequiresMountsFor = [ (unitText.path dataDir) ];
          serviceConfig = {
            Restart = "always";
            RestartSec = "10s";
          };
        };

      open-webui-prepare = {
        description = "Secret and tool servers of Open WebUI";
        serviceConfig = hardening // {
          Type = "oneshot";
          RemainAfterExit = true;
          ExecStart = lib.getExe prepare.script;
          # systemd hands the keys over: they are in no other file, and in no command line.
          LoadCredential = prepare.credentials;
          StateDirectory = "hwc-ai-open-webui";
          StateDirectoryMode = "0700";
          RuntimeDirectory = "hwc-ai-open-webui";
          RuntimeDirectoryMode = "0700";
        };
      };

      open-webui-retention = {
        description = "Remove spoken texts that Open WebUI can make again";
        unitConfig.RequiresMountsFor = [ (unitText.path dataDir) ];
        serviceConfig = hardening // {
          Type = "oneshot";
          ExecStart = lib.getExe retention;
          # Exception: the files belong to the root of the container, so it runs as root with no right but to go past their modes.
          DynamicUser = false;
          PrivateUsers = false;
          CapabilityBoundingSet = [ "CAP_DAC_OVERRIDE" ];
          ProtectHome = "tmpfs";
          BindPaths = [ (unitText.bindPath dataDir) ];
        };
      };
    };

    systemd.timers.open-webui-retention = {
      wantedBy = [ "timers.target" ];
      timerConfig = {
        OnCalendar = "weekly";
        Persistent = true;
        RandomizedDelaySec = "5min";
      };
    };

    # VALIDATION
    assertions = [
      {
        assertion = !usesOllamaHere || ollama.enable;
        message = "hwc.ai.open-webui.ollamaEndpoint is ${cfg.ollamaEndpoint}, the container of Ollama on this machine: set hwc.ai.ollama.enable = true, or name the address of another Ollama.";
      }
      {
        assertion = !(lib.hasInfix ":" dataDir);
        message = "hwc.ai.open-webui.dataDir \"${dataDir}\" has a colon, which a container's volumes cannot name: choose another folder.";
      }
      {
        assertion = cfg.ragOverlap < cfg.ragChunkSize;
        message = "hwc.ai.open-webui.ragOverlap (${toString cfg.ragOverlap}) has to be smaller than ragChunkSize (${toString cfg.ragChunkSize}).";
      }
      {
        assertion = cfg.port != 0;
        message = "hwc.ai.open-webui.port is 0, and others have to know where Open WebUI listens: give it a port, such as 3001.";
      }
    ] ++ lib.mapAttrsToList
      (name: tool: {
        assertion = !tool.enable || tool.authType != "bearer" || tool.keyFile != null;
        message = "hwc.ai.open-webui.tools.${name} proves itself with a bearer token: set its keyFile, or another authType.";
      })
      cfg.tools;
  };
}
