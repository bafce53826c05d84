# MCP: the programs behind the gateway as hardened services, the gateway's way out, and what clients need to find it.
{ config, lib, options, ... }:
let
  cfg = config.hwc.ai.mcp;
  app = config.hwc.ai.local-workflows;
  on = config.hwc.ai.enable && cfg.enable;
  inherit (lib) mkOption types;

  inherit (import ../parts/address.nix { inherit lib; }) hostOf isLoopback isPrivateName;
  hasRoutes = lib.hasAttrByPath [ "hwc" "services" "shared" "routes" ] options;
  inherit (import ./parts/names.nix { inherit lib; }) fits ownNames;
in
{
  # OPTIONS
  imports = [ ./options.nix ./parts/caddy.nix ./parts/discovery.nix ./parts/servers.nix ];

  # What only a machine can say; the rest of the options are the app's own settings.
  options.hwc.ai.mcp.service = {
    virtualHost = mkOption {
      type = types.nullOr types.str;
      default = if hasRoutes then null else config.networking.hostName;
      defaultText = lib.literalMD "the name of this machine where it has no `hwc.services.shared.routes`, else null";
      example = "ai.example.lan";
      description = "Name under which Caddy offers the gateway; null leaves it to the machine's shared routes.";
    };
    internalCertificate = mkOption {
      type = types.bool;
      default =
        let
          name = cfg.service.virtualHost;
          given = config.services.caddy.virtualHosts.${name}.useACMEHost or null;
        in
        name != null && !(lib.hasPrefix "http://" name) && isPrivateName (hostOf name) && given == null;
      defaultText = lib.literalMD "whether `service.virtualHost` is a name that no authority on the internet signs for, such as `server` or `ai.example.lan`, and has no `useACMEHost`";
      example = false;
      description = ''
        Whether Caddy signs for the name itself. Clients then have to trust its root certificate, in
        /var/lib/caddy/.local/share/caddy/pki/authorities/local; false lets it ask an authority, or leaves `tls` to you.
      '';
    };
    draftsRetention = mkOption {
      type = types.str;
      default = "180d";
      example = "-";
      description = "Age after which untouched drafts of the file server are removed, in the form of tmpfiles.d; `-` keeps them for ever.";
    };
  };

  # IMPLEMENTATION
  config = lib.mkIf on {
    # VALIDATION
    assertions = [
      {
        assertion = app.enable && app.api.enable;
        message = "hwc.ai.mcp is offered by the app: set hwc.ai.local-workflows.enable = true, with its api.enable.";
      }
      {
        assertion = !cfg.reverseProxy.enable || cfg.proxy.enable;
        message = "hwc.ai.mcp.reverseProxy has nothing to pass requests on to: set hwc.ai.mcp.proxy.enable = true.";
      }
      {
        assertion = !cfg.reverseProxy.enable || hasRoutes || config.services.caddy.enable;
        message = "hwc.ai.mcp.reverseProxy needs a web server: set services.caddy.enable = true, or import the module that declares hwc.services.shared.routes.";
      }
      {
        assertion = !cfg.reverseProxy.enable || cfg.service.virtualHost != "";
        message = "hwc.ai.mcp.service.virtualHost is empty, as networking.hostName is: set it to the name of the gateway.";
      }
      {
        assertion = !cfg.reverseProxy.enable || cfg.service.virtualHost != null || cfg.reverseProxy.path == "/mcp";
        message = "hwc.ai.mcp.reverseProxy.path \"${cfg.reverseProxy.path}\" cannot be a shared route, which does not rewrite paths: leave it at \"/mcp\", or set hwc.ai.mcp.service.virtualHost.";
      }
      {
        assertion = !cfg.reverseProxy.enable || cfg.reverseProxy.authType != "none" || isLoopback cfg.proxy.host;
        message = "hwc.ai.mcp.reverseProxy.authType \"none\" is allowed only while hwc.ai.mcp.proxy.host is this machine alone, and it is \"${cfg.proxy.host}\": set authType = \"apikey\".";
      }
      {
        assertion = !cfg.filesystem.nixos.enable || cfg.filesystem.nixos.allowedDirs != [ ];
        message = "hwc.ai.mcp.filesystem.nixos is enabled and may read nothing: name folders in filesystem.nixos.allowedDirs.";
      }
      {
        assertion =
          !cfg.filesystem.nixos.enable
            || cfg.filesystem.nixos.user == app.service.user
            || !(lib.hasPrefix "/var/lib/hwc-ai/" (toString cfg.filesystem.nixos.draftsDir));
        message = "hwc.ai.mcp.filesystem.nixos.user \"${cfg.filesystem.nixos.user}\" cannot reach the state of the app: set filesystem.nixos.draftsDir to a folder outside of /var/lib/hwc-ai.";
      }
    ] ++ lib.concatLists (lib.mapAttrsToList
      (name: server: [
        {
          assertion = fits name;
          message = "hwc.ai.mcp.servers.\"${name}\" cannot be called so: use small letters, digits and hyphens, and none of ${lib.concatStringsSep ", " ownNames}.";
        }
        {
          assertion = (server.command == null) != (server.url == null);
          message = "hwc.ai.mcp.servers.${name} needs either a command or an url.";
        }
      ])
      cfg.servers);
  };
}
