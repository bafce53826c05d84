# What a machine of the exported tree's own kind declares beside NixOS; the modules do without it as well.
{ lib, ... }:
let
  inherit (lib) mkOption types;
  nullable = type: mkOption {
    type = types.nullOr type;
    default = null;
  };
in
{
  options.hwc = {
    infrastructure.hardware.gpu = {
      type = nullable types.str;
      accel = nullable types.str;
    };
    paths = mkOption {
      type = types.attrsOf types.anything;
      default = { };
    };
    system.users.user.name = mkOption {
      type = types.str;
      default = "somebody";
    };
    server.monitoring.prometheus.scrapeConfigs = mkOption {
      type = types.listOf types.attrs;
      default = [ ];
    };
    services.shared.routes = mkOption {
      default = [ ];
      type = types.listOf (types.submodule {
        options = {
          name = mkOption { type = types.str; };
          mode = mkOption { type = types.enum [ "port" "subpath" ]; };
          port = nullable types.port;
          path = nullable types.str;
          upstream = mkOption { type = types.str; };
          needsUrlBase = nullable types.bool;
          stripPrefix = nullable types.bool;
          ws = nullable types.bool;
          headers = nullable (types.attrsOf types.str);
        };
      });
    };
  };
}
