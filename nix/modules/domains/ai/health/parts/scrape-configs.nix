# What Prometheus asks for figures: the app, and the transcript API through the blackbox exporter where there is one.
{ config, lib }:
let
  inherit (config.hwc.ai) health local-workflows;
  inherit (local-workflows) api;
  blackbox = config.services.prometheus.exporters.blackbox or { enable = false; };

  # An address of version 6 stands in brackets before its port.
  host = if lib.hasInfix ":" api.host && !lib.hasPrefix "[" api.host then "[${api.host}]" else api.host;
in
lib.optional (local-workflows.enable && api.enable && health.metrics.enable)
  ({
    # The dashboard and the alerts know it by this name.
    job_name = "hwc-ai";
    static_configs = [
      { targets = [ "${host}:${toString api.port}" ]; }
    ];
  } // lib.optionalAttrs (health.metrics.tokenFile != null) {
    authorization.credentials_file = health.metrics.tokenFile;
  })
++ lib.optional (health.transcriptApi.enable && blackbox.enable) {
  # It says in JSON how it is, which Prometheus cannot read: the exporter turns that into figures.
  job_name = "transcript-api";
  metrics_path = "/probe";
  params.module = [ "http_2xx" ];
  static_configs = [
    { targets = [ health.transcriptApi.url ]; }
  ];
  relabel_configs = [
    {
      source_labels = [ "__address__" ];
      target_label = "__param_target";
    }
    {
      source_labels = [ "__param_target" ];
      target_label = "instance";
    }
    {
      target_label = "__address__";
      replacement = "127.0.0.1:${toString blackbox.port}";
    }
  ];
}
