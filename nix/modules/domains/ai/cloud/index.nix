# Cloud models: declared here, used by the router once there is one. Keys are named by file and handed to the app by systemd.
{ config, lib, ... }:
let
  cfg = config.hwc.ai.cloud;
  app = config.hwc.ai.local-workflows;
  providers = lib.filter (provider: cfg.${provider}.enable) [ "openai" "anthropic" ];
in
{
  # OPTIONS
  imports = [ ./options.nix ];

  # IMPLEMENTATION
  # None of its own: the app's unit loads every key that the settings name (local-workflows/parts/settings.nix).

  # VALIDATION
  config = lib.mkIf (config.hwc.ai.enable && cfg.enable) {
    assertions = [
      {
        assertion = app.enable;
        message = "hwc.ai.cloud is used by the app: set hwc.ai.local-workflows.enable = true.";
      }
      {
        assertion = providers == [ ] || lib.elem "any" app.service.addresses;
        message = "hwc.ai.cloud names models on the internet, which the app may not reach: set hwc.ai.local-workflows.service.addresses = [ \"any\" ].";
      }
    ] ++ map
      (provider: {
        assertion = cfg.${provider}.apiKeyFile != null;
        message = "hwc.ai.cloud.${provider} is enabled and has no key: set hwc.ai.cloud.${provider}.apiKeyFile to the file that holds it.";
      })
      providers;
  };
}
