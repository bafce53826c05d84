# The network of the containers: there they find each other by name, which the default network does not offer.
{ config, lib, ... }:
let
  inherit (config.virtualisation.oci-containers) backend;
in
{
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

  # Makes the network unless it is there; of two containers that start at once, the second finds it made.
  preStart = ''
    ${backend} network inspect hwc-ai > /dev/null 2>&1 ||
      ${backend} network create hwc-ai > /dev/null 2>&1 ||
      ${backend} network inspect hwc-ai > /dev/null
  '';
}
