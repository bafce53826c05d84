# The routes of this tree, for a machine whose web server builds its paths from `hwc.services.shared.routes`.
{ config, lib, options, ... }:
let
  cfg = config.hwc.ai.mcp;
  inherit (cfg) reverseProxy;
  hasRoutes = lib.hasAttrByPath [ "hwc" "services" "shared" "routes" ] options;
  inherit (import ../ai/parts/address.nix { inherit lib; }) inUrl;
  upstream = "${inUrl cfg.proxy.host}:${toString cfg.proxy.port}";
in
{
  # Of a host without such routes nothing is set: there mcp/parts/caddy.nix makes a virtual host.
  config = lib.optionalAttrs hasRoutes {
    hwc.services.shared.routes =
      lib.mkIf (config.hwc.ai.enable && cfg.enable && reverseProxy.enable && cfg.service.virtualHost == null) [
        {
          name = "mcp";
          mode = "subpath";
          path = reverseProxy.path;
          upstream = "http://${upstream}";
          needsUrlBase = true;
          stripPrefix = false;
          ws = false;
          # The gateway answers to names it knows only, against DNS rebinding: those in `api.allowedHosts`, else its address.
          headers = lib.optionalAttrs (config.hwc.ai.local-workflows.api.allowedHosts == [ ]) { Host = upstream; };
        }
      ];
  };
}
