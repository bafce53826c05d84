# The network of the containers: there they find each other by name, which the default network does not offer.
{ config, lib, ... }:
let
  inherit (config.virtualisation.oci-containers) backend;
  interface = "hwc-ai0";
  subnet = "10.89.61.0/24";
  gateway = "10.89.61.1";
  naming = {
    podman = "--interface-name=${interface}";
    docker = "--opt=com.docker.network.bridge.name=${interface}";
  };
in
{
  # The network as the host sees it, and the address of the host in it.
  inherit interface subnet gateway;

  # The name that containers know the host by.
  hostName = "host.containers.internal";

  # Podman answers questions about names at the host's address in the network, docker inside of each container.
  firewall.allowedUDPPorts = lib.optional (backend == "podman") 53;

  # What a container takes to be in it under its own name.
  options = [ "--network=hwc-ai" "--add-host=host.containers.internal:${gateway}" ];

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
      ${backend} network create ${naming.${backend}} --subnet=${subnet} --gateway=${gateway} hwc-ai > /dev/null 2>&1 ||
      ${backend} network inspect hwc-ai > /dev/null
  '';
}
