# A machine with the AI services of this tree.
{ lib, ... }:
{
  imports = [ ../domains/ai ../domains/server/routes.nix ];

  # BASE: what makes it such a machine.
  hwc.ai.enable = lib.mkDefault true;
  hwc.ai.local-workflows.enable = lib.mkDefault true;

  # OPTIONAL: what a machine switches on by itself, beside the app.
  hwc.ai.ollama.enable = lib.mkDefault false;
  hwc.ai.open-webui.enable = lib.mkDefault false;
  hwc.ai.mcp.enable = lib.mkDefault false;
  hwc.ai.cloud.enable = lib.mkDefault false;
}
