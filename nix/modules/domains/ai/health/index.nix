# What watches over the services: the checks themselves are the app's; here is what Prometheus and Grafana load.
{ config, lib, options, ... }:
let
  cfg = config.hwc.ai.health;
  on = config.hwc.ai.enable;
  seconds = import ../parts/time-span.nix { inherit lib; };
  scrapeConfigs = import ./parts/scrape-configs.nix { inherit config lib; };

  # A machine may collect its scrape jobs in an option of its own.
  collects = lib.hasAttrByPath [ "hwc" "server" "monitoring" "prometheus" "scrapeConfigs" ] options;
in
{
  # OPTIONS
  imports = [ ./options.nix ];

  # IMPLEMENTATION
  config = lib.mkMerge [
    (lib.optionalAttrs collects {
      hwc.server.monitoring.prometheus.scrapeConfigs = lib.mkIf on scrapeConfigs;
    })
    (lib.optionalAttrs (!collects) {
      services.prometheus.scrapeConfigs = lib.mkIf on scrapeConfigs;
    })
    (lib.mkIf (on && scrapeConfigs != [ ]) {
      services.prometheus.ruleFiles = [ ../monitoring/alerts/ai-services.yml ];
      # The file with the token is on the machine only, not where the configuration is built and checked.
      services.prometheus.checkConfig = lib.mkIf (cfg.metrics.tokenFile != null) (lib.mkDefault "syntax-only");
      # Grafana loads what it is given only where it is told to, and takes providers or a folder of them, not both.
      services.grafana.provision.enable = lib.mkDefault true;
      services.grafana.provision.dashboards.settings =
        lib.mkIf (config.services.grafana.provision.dashboards.path or null == null) {
          providers = [ (import ./parts/dashboards.nix) ];
        };
    })

    # VALIDATION
    (lib.mkIf on {
      assertions = [
        {
          assertion = seconds cfg.timeout <= seconds cfg.interval;
          message = "hwc.ai.health.timeout (${cfg.timeout}) is longer than interval (${cfg.interval}): a check would still run when the next one begins.";
        }
        {
          assertion = !cfg.transcriptApi.enable || config.hwc.ai.local-workflows.enable;
          message = "hwc.ai.health.transcriptApi is checked by the app: set hwc.ai.local-workflows.enable = true.";
        }
      ] ++ lib.mapAttrsToList
        (name: check: {
          assertion = check.type != "tcp" || !check.enable || check.port != null;
          message = "hwc.ai.health.checks.${name} connects to a port: set its port.";
        })
        cfg.checks;
    })
  ];
}
