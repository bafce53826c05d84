# What every unit of the app runs in: the hardening of the whole tree, and what the app needs beyond it, each with its reason.
{ lib, config }:
let
  cfg = config.hwc.ai.local-workflows;
  inherit (cfg) fileCleanup journaling autoDoc chatCli;
  inherit (import ./folders.nix { inherit lib; }) access;
  given = lib.filter (path: path != null);
in
import ../../parts/hardening.nix
// access {
  readOnly =
    given (autoDoc.allowedDirs ++ journaling.logFiles ++ [ fileCleanup.rulesDir autoDoc.templates journaling.backupReportsDir ])
    # How full the disk of the models is.
    ++ lib.optional config.hwc.ai.ollama.enable config.hwc.ai.ollama.dataDir
    ++ lib.optional cfg.service.readJournal "/var/log/journal";
  readWrite =
    [ "/var/lib/hwc-ai" cfg.logDir journaling.outputDir (dirOf (toString chatCli.historyFile)) ]
    ++ fileCleanup.watchDirs;
}
  // {
  # Exception: a user that stays the same, since files in watched folders belong to it and groups have to name it.
  DynamicUser = false;
  User = cfg.service.user;
  Group = cfg.service.group;
  # Exception: the journal of the system is open to its group alone, and so may be the folders to tidy.
  SupplementaryGroups = cfg.service.extraGroups ++ lib.optional cfg.service.readJournal "systemd-journal";
  StateDirectory = "hwc-ai";
  StateDirectoryMode = "0700";
  WorkingDirectory = "/var/lib/hwc-ai";
  # Exception: folders made in a watched folder are shared with its group. The state is closed by its own mode.
  UMask = "0007";

  # Exception: load, memory and uptime in the journal entries, and the boot id that tells dead runs from living ones.
  ProcSubset = "all";
  # Exception: Node makes machine code of JavaScript while it runs.
  MemoryDenyWriteExecute = false;
  # Exception: a file keeps its group where it is moved to another file system, hence @chown.
  SystemCallFilter = [ "@system-service" "~@privileged @resources" "@chown" ];

  # Exception: the model server and the app's own address are reached over TCP.
  PrivateNetwork = false;
  RestrictAddressFamilies = [ "AF_UNIX" "AF_INET" "AF_INET6" ];
  IPAddressAllow = cfg.service.addresses;

  MemoryMax = cfg.service.memoryMax;
  TasksMax = 512;
}
