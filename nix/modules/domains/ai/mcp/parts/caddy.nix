# The gateway as a virtual host of Caddy, for machines without shared routes. Caddy only passes requests on: who may call what
# is judged by the gateway, by `reverseProxy.authType`, so that both ways in are guarded by the same keys.
{ config, lib, ... }:
let
  cfg = config.hwc.ai.mcp;
  inherit (cfg) reverseProxy service;
  on = config.hwc.ai.enable && cfg.enable && reverseProxy.enable && service.virtualHost != null;

  inherit (import ../../parts/address.nix { inherit lib; }) inUrl;
  # Answers are streams of events: each goes out when it comes.
  toGateway = ''
    reverse_proxy ${inUrl cfg.proxy.host}:${toString cfg.proxy.port} {
      flush_interval -1
    }
  '';
in
{
  config = lib.mkIf on {
    services.caddy.virtualHosts.${service.virtualHost}.extraConfig = lib.optionalString service.internalCertificate "tls internal\n" + ''
      handle_path ${lib.removeSuffix "/" reverseProxy.path}/* {
        rewrite * /mcp{uri}
        ${toGateway}
      }
      handle /.well-known/mcp.json {
        ${toGateway}
      }
    '';
    systemd.services.caddy = lib.mkIf config.services.caddy.enable {
      after = [ "hwc-ai.service" ];
      wants = [ "hwc-ai.service" ];
    };
  };
}
