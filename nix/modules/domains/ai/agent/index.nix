# The agent, a program that runs commands for a model: its options are declared so that configurations can be written and read, and it is not there yet.
{ config, lib, ... }:
{
  # OPTIONS
  imports = [ ./options.nix ];

  # IMPLEMENTATION
  # None yet.

  # VALIDATION
  config = lib.mkIf (config.hwc.ai.enable && config.hwc.ai.agent.enable) {
    assertions = [
      {
        assertion = false;
        message = "hwc.ai.agent does not exist yet: set hwc.ai.agent.enable = false (no part of this tree runs commands on its own meanwhile).";
      }
    ];
  };
}
