# The router, one address for local and cloud models: its options are declared so that configurations can be written and read, and it is not there yet.
{ config, lib, ... }:
{
  # OPTIONS
  imports = [ ./options.nix ];

  # IMPLEMENTATION
  # None yet.

  # VALIDATION
  config = lib.mkIf (config.hwc.ai.enable && config.hwc.ai.router.enable) {
    assertions = [
      {
        assertion = false;
        message = "hwc.ai.router does not exist yet: set hwc.ai.router.enable = false (use hwc.ai.local-workflows.ollamaEndpoint and the API of Ollama meanwhile).";
      }
    ];
  };
}
