# A machine whose AI services are watched: the figures of the app for Prometheus, the dashboard for Grafana.
{ lib, ... }:
{
  imports = [ ../domains/ai ];

  # BASE: the app counts, and Prometheus is answered on this machine alone.
  hwc.ai.health.metrics.enable = lib.mkDefault true;

  # OPTIONAL: for a machine to choose.
  #   hwc.ai.health.metrics.tokenFile     lets Prometheus ask from another machine
  #   hwc.ai.health.transcriptApi.enable  checks the transcript API at port 8099 as well
  #   hwc.ai.health.notifiers.NAME        tells someone when a check is down
}
