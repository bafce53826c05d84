# Scheduled runs and retention, each a timer and a short-lived service that uses the command on the store of the app.
{ config, lib, options, ... }:
let
  cfg = config.hwc.ai.local-workflows;
  settings = import ./settings.nix { inherit lib config options; };
  sandbox = import ./sandbox.nix { inherit lib config; };
  on = config.hwc.ai.enable && cfg.enable;

  # "daily" means that day's `timeOfDay`: a calendar event without a colon has no time of day of its own.
  shorthands = {
    daily = "*-*-*";
    weekly = "Mon *-*-*";
    monthly = "*-*-01";
    quarterly = "*-01,04,07,10-01";
    semiannually = "*-01,07-01";
    yearly = "*-01-01";
    annually = "*-01-01";
  };
  withTimeOfDay = event: time:
    let
      utc = lib.optionalString (lib.hasSuffix " utc" (lib.toLower event)) " UTC";
      days = if utc == "" then event else lib.substring 0 (lib.stringLength event - 4) event;
      word = lib.toLower days;
    in
    if lib.hasInfix ":" days || word == "hourly" || word == "minutely" then event
    else "${shorthands.${word} or days} ${time}:00${utc}";

  # A run's report goes into the journal and into the file of that day, which systemd-tmpfiles removes in time.
  reported = name: command:
    "${command} 2>&1 | tee --append ${lib.escapeShellArg "${toString cfg.logDir}/${name}"}-\"$(date +%F)\".log";

  job = name: { description, onCalendar, script }: {
    systemd.services.${name} = {
      inherit description;
      after = [ "hwc-ai.service" ];
      path = [ cfg.service.package ];
      script = ''
        set -o pipefail
        ${script}
      '';
      environment = {
        HWC_AI_STATE = "/var/lib/hwc-ai";
        HWC_AI_CONFIG = settings.path;
        HWC_AI_CONFIG_FROM = "nix";
        HOME = "/var/lib/hwc-ai";
      };
      serviceConfig = sandbox // {
        Type = "oneshot";
        # A model on a slow machine takes its time; a hung run must still end.
        TimeoutStartSec = "2h";
        Nice = 10;
        IOSchedulingClass = "idle";
        LoadCredential = settings.credentials;
      };
    };
    systemd.timers.${name} = {
      inherit description;
      wantedBy = [ "timers.target" ];
      timerConfig = {
        OnCalendar = onCalendar;
        # A machine that was off catches up once.
        Persistent = true;
        RandomizedDelaySec = "30s";
      };
    };
  };
in
{
  config = lib.mkMerge [
    (lib.mkIf (on && !settings.scheduledByApp && cfg.fileCleanup.enable) (job "hwc-ai-cleanup" {
      description = "hwc-ai: tidy the watched folders";
      onCalendar = cfg.fileCleanup.schedule;
      # A folder that fails does not keep the others from being tidied, and still fails the unit.
      script = ''
        failed=0
        for folder in ${lib.escapeShellArgs cfg.fileCleanup.watchDirs}; do
          ${reported "cleanup" "hwc-ai cleanup plan \"$folder\" ${lib.optionalString (!cfg.fileCleanup.dryRun) "--no-dry-run"}"} || failed=1
        done
        exit "$failed"
      '';
    }))
    (lib.mkIf (on && !settings.scheduledByApp && cfg.journaling.enable) (job "hwc-ai-journal" {
      description = "hwc-ai: write the journal";
      onCalendar = withTimeOfDay cfg.journaling.schedule cfg.journaling.timeOfDay;
      script = reported "journal" "hwc-ai journal run --since-last-entry --time-range 7d";
    }))
    (lib.mkIf on (job "hwc-ai-retention" {
      description = "hwc-ai: drop what is kept no longer";
      onCalendar = "daily";
      script = reported "retention" "hwc-ai retention";
    }))
  ];
}
