# The Ollama model server of this machine: a container, the models it shall have, and what watches over both.
{ config, lib, pkgs, ... }:
let
  cfg = config.hwc.ai.ollama;
  on = config.hwc.ai.enable && cfg.enable;
  seconds = import ../parts/time-span.nix { inherit lib; };
  network = import ../parts/network.nix { inherit config lib; };
  hardening = import ../parts/hardening.nix;
  unitText = import ../parts/unit-text.nix { inherit lib; };

  image = "docker.io/ollama/ollama:${cfg.imageTag}${lib.optionalString (gpu == "amd") "-rocm"}";
  gpu = lib.attrByPath [ "hwc" "infrastructure" "hardware" "gpu" "type" ] null config;
  gpuOptions = {
    # The NVIDIA container toolkit describes the devices: https://github.com/cncf-tags/container-device-interface
    nvidia = [ "--device=nvidia.com/gpu=all" ];
    amd = [ "--device=/dev/kfd" "--device=/dev/dri" ];
  };

  # Until it has run there is no description of the devices, and no container that asks for them starts.
  describesGpu = lib.optional (gpu == "nvidia") "nvidia-container-toolkit-cdi-generator.service";

  unit = network.unitOf "ollama";
  dataDir = toString cfg.dataDir;
  scripts = {
    api = import ./parts/api.nix { inherit cfg lib; };
    inherit cfg lib pkgs seconds;
  };
  pullModels = import ./parts/pull-script.nix scripts;
  health = import ./parts/health-script.nix (scripts // { timeout = seconds config.hwc.ai.health.timeout; });
  modelHealth = import ./parts/model-health-script.nix scripts;
  diskMonitor = import ./parts/disk-monitor.nix { inherit cfg lib pkgs; };
  retention = import ./parts/retention.nix { inherit cfg lib pkgs; };

  # The one thing that the jobs below reach is the server's port on this machine.
  asksOllama = hardening // {
    PrivateNetwork = false;
    RestrictAddressFamilies = [ "AF_UNIX" "AF_INET" "AF_INET6" ];
    IPAddressAllow = "localhost";
  };
  job = script: settings: hardening // settings // {
    Type = "oneshot";
    ExecStart = lib.getExe script;
  };
in
{
  # OPTIONS
  imports = [ ./options.nix ];

  # IMPLEMENTATION
  config = lib.mkIf on {
    virtualisation.oci-containers.containers.ollama = {
      inherit image;
      # Other machines reach it through a proxy that asks who they are, or not at all.
      ports = [ "127.0.0.1:${toString cfg.port}:11434" ];
      volumes = [ "${dataDir}:/root/.ollama" ];
      extraOptions =
        network.options
        ++ gpuOptions.${toString gpu} or [ ]
        ++ [ "--cap-drop=all" "--security-opt=no-new-privileges" ]
        ++ lib.optionals cfg.healthCheck.enable (network.health {
          command = "ollama list";
          startPeriod = "60s";
        });
    };

    systemd.tmpfiles.rules = [ "d ${unitText.path dataDir} 0755 root root - -" ];

    systemd.services = {
      # Exception: the container engine runs as root and sets up the sandbox of the container itself.
      ${lib.removeSuffix ".service" unit} = {
        inherit (network) preStart;
        after = describesGpu;
        wants = describesGpu;
        unitConfig.RequiresMountsFor = [ (unitText.path dataDir) ];
        serviceConfig = {
          Restart = "always";
          RestartSec = "10s";
        };
      };

      ollama-pull-models = {
        description = "Pull the models that Ollama shall have";
        wantedBy = lib.optional cfg.autoPull "multi-user.target";
        after = [ unit ];
        requires = [ unit ];
        startLimitIntervalSec = 3600;
        startLimitBurst = 4;
        serviceConfig = job pullModels asksOllama // {
          # Neither the boot nor a switch to a new configuration waits for gigabytes.
          Type = "exec";
          # A large model on a slow line; a line that stands still ends it much sooner.
          RuntimeMaxSec = "12h";
          Restart = "on-failure";
          RestartSec = "5min";
        };
      };

      # Neither `requires` nor `wants`: a check says that the server is down, it does not start it.
      ollama-health = lib.mkIf cfg.healthCheck.enable {
        description = "Check that Ollama answers";
        after = [ unit ];
        serviceConfig = job health asksOllama;
      };

      ollama-model-health = lib.mkIf cfg.modelHealth.enable {
        description = "Check that each model of Ollama answers";
        after = [ unit "ollama-pull-models.service" ];
        serviceConfig = job modelHealth asksOllama // { TimeoutStartSec = "6h"; };
      };

      ollama-disk-monitor = lib.mkIf cfg.diskMonitoring.enable {
        description = "Check that the disk of the models has room";
        unitConfig.RequiresMountsFor = [ (unitText.path dataDir) ];
        serviceConfig = job diskMonitor {
          # The one folder it looks at, wherever that lies.
          ProtectHome = "tmpfs";
          BindReadOnlyPaths = [ (unitText.bindPath dataDir) ];
        };
      };

      ollama-retention = {
        description = "Remove what broken downloads of models have left";
        after = [ "ollama-pull-models.service" ];
        unitConfig.RequiresMountsFor = [ (unitText.path dataDir) ];
        serviceConfig = job retention {
          # Exception: the files belong to the root of the container, so it runs as root with no right but to go past their modes.
          DynamicUser = false;
          PrivateUsers = false;
          CapabilityBoundingSet = [ "CAP_DAC_OVERRIDE" ];
          ProtectHome = "tmpfs";
          BindPaths = [ (unitText.bindPath dataDir) ];
        };
      };
    };

    systemd.timers =
      let
        every = interval: {
          wantedBy = [ "timers.target" ];
          timerConfig = {
            OnBootSec = config.hwc.ai.health.startDelay;
            OnUnitActiveSec = interval;
          };
        };
        at = calendar: {
          wantedBy = [ "timers.target" ];
          timerConfig = {
            OnCalendar = calendar;
            Persistent = true;
            RandomizedDelaySec = "5min";
          };
        };
      in
      {
        ollama-pull-models = lib.mkIf cfg.autoPull (at "daily");
        ollama-health = lib.mkIf cfg.healthCheck.enable (every cfg.healthCheck.interval);
        ollama-model-health = lib.mkIf cfg.modelHealth.enable (at "*-*-* ${cfg.modelHealth.schedule}:00");
        ollama-disk-monitor = lib.mkIf cfg.diskMonitoring.enable (every cfg.diskMonitoring.checkInterval);
        ollama-retention = at "weekly";
      };

    # VALIDATION
    assertions = [
      {
        assertion = gpu != "nvidia" || config.hardware.nvidia-container-toolkit.enable or true;
        message = "hwc.ai.ollama wants the NVIDIA GPU of this machine in its container: set hardware.nvidia-container-toolkit.enable = true, which describes it to the container engine.";
      }
      {
        assertion = !(lib.hasInfix ":" dataDir);
        message = "hwc.ai.ollama.dataDir \"${dataDir}\" has a colon, which a container's volumes cannot name: choose another folder.";
      }
      {
        assertion = cfg.port != 0;
        message = "hwc.ai.ollama.port is 0, and others have to know where Ollama listens: give it a port, such as 11434.";
      }
      {
        assertion = lib.allUnique (map (model: model.name or model) cfg.models);
        message = "hwc.ai.ollama.models names a model twice: keep the entry with the policy that is meant.";
      }
    ];
  };
}
