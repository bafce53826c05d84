# The gateway as a virtual host of Caddy, for machines without shared routes, and for sign-in by name and password.
{ config, lib, ... }:
let
  cfg = config.hwc.ai.mcp;
  inherit (cfg) reverseProxy service;
  on = config.hwc.ai.enable && cfg.enable && reverseProxy.enable && service.virtualHost != null;
  basic = reverseProxy.authType == "basic";
  withKey = basic || reverseProxy.authType == "none";

  address = host: if lib.hasInfix ":" host then "[${host}]" else host;
  upstream = "${address cfg.proxy.host}:${toString cfg.proxy.port}";
  credential = name: "/run/credentials/caddy.service/${name}";

  # With `apikey` the caller's own key goes through, and the gateway judges it. Otherwise the gateway still wants one: Caddy's.
  toGateway = ''
    reverse_proxy ${upstream} {
      flush_interval -1
      header_up Host {upstream_hostport}
      ${lib.optionalString withKey ''header_up Authorization "Bearer {file.${credential "hwc-ai-mcp-key"}}"''}
    }
  '';
in
{
  config = lib.mkIf on {
    services.caddy.virtualHosts.${service.virtualHost}.extraConfig = ''
      ${lib.optionalString basic ''
        basicauth {
          import ${credential "hwc-ai-mcp-users"}
        }
      ''}
      handle_path ${lib.removeSuffix "/" reverseProxy.path}/* {
        rewrite * /mcp{uri}
        ${toGateway}
      }
      handle /.well-known/mcp.json {
        ${toGateway}
      }
    '';
    # Secrets reach Caddy as credentials of its unit, never through its configuration.
    systemd.services.caddy = lib.mkIf config.services.caddy.enable {
      after = [ "hwc-ai.service" ];
      wants = [ "hwc-ai.service" ];
      serviceConfig.LoadCredential =
        lib.optional (withKey && service.apiKeyFile != null) "hwc-ai-mcp-key:${service.apiKeyFile}"
        ++ lib.optional (basic && service.basicAuthFile != null) "hwc-ai-mcp-users:${service.basicAuthFile}";
    };
  };
}
