# Where clients of this machine find its MCP servers: the address of each, never a key.
{ config, lib, ... }:
let
  cfg = config.hwc.ai.mcp;
  names = [ "workflows" ]
    ++ lib.optional cfg.filesystem.nixos.enable "filesystem-nixos"
    ++ lib.attrNames (lib.filterAttrs (_: server: server.enable) cfg.servers);
  inherit (import ../../parts/address.nix { inherit lib; }) inUrl;
  base = "http://${inUrl cfg.proxy.host}:${toString cfg.proxy.port}";
in
{
  config = lib.mkIf (config.hwc.ai.enable && cfg.enable && cfg.proxy.enable) {
    # The form that most clients read: https://modelcontextprotocol.io
    environment.etc."hwc-ai/mcp.json".text = builtins.toJSON {
      mcpServers = lib.genAttrs names (name: {
        type = "http";
        url = "${base}/mcp/${name}";
      });
    };
  };
}
