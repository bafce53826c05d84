# The network of the containers: there they find each other by name, which the default network does not offer.
{ config, lib, pkgs }:
let
  inherit (config.virtualisation.oci-containers) backend;
  inherit (config.virtualisation.${backend}) package;
  unit = "hwc-ai-network.service";

  create = pkgs.writeShellApplication {
    name = "hwc-ai-network";
    runtimeInputs = [ package ];
    text = ''
      if ${backend} network inspect hwc-ai > /dev/null 2>&1; then
        echo "The network hwc-ai of the containers is there."
      else
        ${backend} network create hwc-ai > /dev/null
        echo "Made the network hwc-ai for the containers."
      fi
    '';
  };
in
{
  inherit unit;

  # What a container takes to be in it under its own name.
  options = [ "--network=hwc-ai" ];

  # Name of the unit that runs a container; older versions of NixOS do not say.
  unitOf = name:
    "${config.virtualisation.oci-containers.containers.${name}.serviceName or "${backend}-${name}"}.service";

  # A check that fails again and again ends the container, and systemd starts it anew; only podman can do that by itself.
  health = { command, startPeriod }: [
    "--health-cmd=${command}"
    "--health-interval=30s"
    "--health-timeout=10s"
    "--health-retries=3"
    "--health-start-period=${startPeriod}"
  ] ++ lib.optional (backend == "podman") "--health-on-failure=kill";

  services.hwc-ai-network = {
    description = "Network of the AI containers";
    after = [ "network-online.target" ] ++ lib.optional (backend == "docker") "docker.service";
    wants = [ "network-online.target" ];
    requires = lib.optional (backend == "docker") "docker.service";
    serviceConfig = {
      Type = "oneshot";
      RemainAfterExit = true;
      ExecStart = lib.getExe create;
      Restart = "on-failure";
      RestartSec = "10s";
      # Exception: networks of containers are made by root and in the files of its container engine; what the engine does
      # not need for that is denied all the same.
      ProtectHome = "tmpfs";
      PrivateTmp = true;
      ProtectClock = true;
      ProtectKernelLogs = true;
      ProtectHostname = true;
      RestrictRealtime = true;
      RestrictSUIDSGID = true;
      LockPersonality = true;
      SystemCallArchitectures = "native";
    };
  };
}
