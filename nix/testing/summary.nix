# What a machine would get of an evaluated configuration, as JSON can say it.
{ config, ... }:
let
  inherit (config) systemd services;
  used = names: set: builtins.listToAttrs (map (name: { inherit name; value = set.${name}; }) names);
in
{
  # Without the app itself: its source and package are paths that would have to be copied into the store.
  ai = config.hwc.ai // (if config.hwc.ai ? local-workflows.service then {
    local-workflows = config.hwc.ai.local-workflows // {
      service = removeAttrs config.hwc.ai.local-workflows.service [ "package" "src" ];
    };
  } else { });
  inherit (config) warnings;
  failed = map (entry: entry.message) (builtins.filter (entry: !entry.assertion) config.assertions);
  services = builtins.mapAttrs (_: unit: removeAttrs unit [ "restartTriggers" "reloadTriggers" ]) systemd.services;
  timers = builtins.mapAttrs (_: unit: removeAttrs unit [ "restartTriggers" ]) systemd.timers;
  sockets = builtins.mapAttrs (_: unit: removeAttrs unit [ "restartTriggers" ]) systemd.sockets;
  tmpfiles = { inherit (systemd.tmpfiles) rules settings; };
  inherit (config.virtualisation.oci-containers) containers;
  caddy = services.caddy.virtualHosts;
  prometheus = used [ "scrapeConfigs" "rules" "ruleFiles" ] services.prometheus;
  dashboards = services.grafana.provision.dashboards.settings;
  firewall = config.networking.firewall.allowedTCPPorts;
  firewallInside = config.networking.firewall.interfaces;
  users = config.users.users;
  groups = config.users.groups;
  etc = config.environment.etc;
  variables = config.environment.variables // config.environment.sessionVariables;
  packages = map (package: package.name) config.environment.systemPackages;
  routes = config.hwc.services.shared.routes or [ ];
  ownScrapes = config.hwc.server.monitoring.prometheus.scrapeConfigs or [ ];
}
