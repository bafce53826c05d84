# Lets Open WebUI call the tools of the app. The app listens on this machine alone, which a container cannot reach: a socket at
# the host's address in the containers' network passes their connections on. Nobody else reaches that address, and the app
# asks for a key there as everywhere.
{ config, lib, pkgs, ... }:
let
  inherit (config.hwc.ai) local-workflows open-webui;
  inherit (local-workflows) api;
  inherit (import ../../parts/address.nix { inherit lib; }) inUrl isLoopback;
  network = import ../../parts/network.nix { inherit config lib; };
  port = toString api.port;
  on =
    config.hwc.ai.enable && open-webui.enable && local-workflows.enable && api.enable && api.port != 0 && isLoopback api.host;
in
{
  config = lib.mkIf on {
    systemd.sockets.open-webui-tools = {
      description = "Where Open WebUI reaches the tools of hwc-ai";
      wantedBy = [ "sockets.target" ];
      listenStreams = [ "${network.gateway}:${port}" ];
      # The address is there from the start of the first container on.
      socketConfig.FreeBind = true;
    };

    systemd.services = {
      open-webui-tools = {
        description = "Pass calls of Open WebUI on to hwc-ai";
        requires = [ "open-webui-tools.socket" ];
        # Not `requires`: the app may be started anew while a connection waits.
        wants = [ "hwc-ai.service" ];
        after = [ "open-webui-tools.socket" "hwc-ai.service" ];
        serviceConfig = import ../../parts/hardening.nix // {
          Type = "notify";
          ExecStart = "${pkgs.systemd}/lib/systemd/systemd-socket-proxyd --exit-idle-time=5min ${inUrl api.host}:${port}";
          Restart = "on-failure";
          # Exception: it connects to the app's port on this machine, and to nothing else.
          PrivateNetwork = false;
          RestrictAddressFamilies = [ "AF_UNIX" "AF_INET" "AF_INET6" ];
          IPAddressAllow = [ "localhost" network.subnet ];
        };
      };

      # Unless the settings know a better address.
      hwc-ai.environment = lib.mkIf (open-webui.selfUrl == null) {
        HWC_AI_OPEN_WEBUI_SELF_URL = "http://${network.hostName}:${port}";
      };
    };

    networking.firewall.interfaces.${network.interface}.allowedTCPPorts = [ api.port ];
  };
}
