# Who starts the scheduled runs: systemd's timers, unless the machine's configuration asks for the app's own scheduler by name.
{ options }:
let
  own = options.hwc.ai.local-workflows.scheduler.enable;
  byApp = own.highestPrio < 1500 && own.value;
in
{
  inherit byApp;
  # With timers the app's own scheduler is off, so that nothing runs twice.
  changes = if byApp then { } else { local-workflows.scheduler.enable = false; };
}
