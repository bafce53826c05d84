# The settings of the service as JSON, made from the options, so that the admin and Nix never disagree.
{ lib, config, options }:
let
  inherit (import ../../parts/unit-text.nix { inherit lib; }) literal;
  inherit (import ../../parts/address.nix { inherit lib; }) hostOf;
  inherit (config.hwc.ai) local-workflows mcp;

  # Units and their sandboxes are built from these, so they are handed over even where they are left at their default:
  # the app then shows them as set by Nix. Everything else that is left alone stays editable in the admin.
  woven = map (lib.splitString ".") [
    "enable"
    "local-workflows.enable"
    "local-workflows.logDir"
    "local-workflows.api.host"
    "local-workflows.api.port"
    "local-workflows.fileCleanup.enable"
    "local-workflows.fileCleanup.watchDirs"
    "local-workflows.fileCleanup.rulesDir"
    "local-workflows.fileCleanup.schedule"
    "local-workflows.fileCleanup.dryRun"
    "local-workflows.journaling.enable"
    "local-workflows.journaling.outputDir"
    "local-workflows.journaling.logFiles"
    "local-workflows.journaling.backupReportsDir"
    "local-workflows.journaling.schedule"
    "local-workflows.journaling.timeOfDay"
    "local-workflows.autoDoc.allowedDirs"
    "local-workflows.autoDoc.templates"
    "local-workflows.chatCli.historyFile"
    "ollama.enable"
    "ollama.dataDir"
    "mcp.enable"
    "mcp.proxy.enable"
    "mcp.proxy.host"
    "mcp.proxy.port"
    "mcp.servers"
    "mcp.filesystem.nixos.enable"
    "mcp.filesystem.nixos.allowedDirs"
    "mcp.filesystem.nixos.draftsDir"
  ];

  # Names of the settings that hold the path of a file with a secret of the app. The `envFile` of an MCP server is not one: the
  # server's own unit reads it.
  secretNames = [ "adminTokenFile" "apiKeyFile" "keyFile" "tokenFile" ];

  # What an option's own default ranks as; a value that anyone gives it ranks before.
  defaultPriority = 1500;
  isSet = option: option.highestPrio < defaultPriority;

  # Who starts the scheduled runs: systemd's timers, unless the machine's configuration asks for the app's own scheduler by name.
  scheduledByApp = isSet options.hwc.ai.local-workflows.scheduler.enable && local-workflows.scheduler.enable;
  proxied = mcp.enable && mcp.reverseProxy.enable && mcp.service.virtualHost != null;

  # What the units bring about goes before the options: nothing runs twice, and requests under Caddy's name are answered.
  changes.local-workflows =
    lib.optionalAttrs (!scheduledByApp) { scheduler.enable = false; }
    // lib.optionalAttrs proxied {
      api.allowedHosts =
        lib.unique (local-workflows.api.allowedHosts ++ lib.filter (host: host != "") [ (hostOf mcp.service.virtualHost) ]);
    };

  # Every option below a node, by its path. `service` groups hold what only a machine can say: they are no settings of the app.
  leavesOf = path: node:
    if lib.isOption node then [{ inherit path; option = node; }]
    else
      lib.concatMap (name: leavesOf (path ++ [ name ]) node.${name})
        (lib.filter (name: name != "service") (lib.attrNames node));

  # A path literal would be copied into the store, which everyone can read, by the mere writing of it.
  plain = value:
    if builtins.isPath value || lib.isDerivation value then toString value
    else if lib.isAttrs value then lib.mapAttrs (_: plain) value
    else if lib.isList value then map plain value
    else value;

  # A credential's name is a file name: what else a name of a person's choice may hold goes by its digest.
  safe = name:
    if builtins.match "[A-Za-z0-9_-]+" name != null then name else builtins.hashString "sha256" name;

  # Every secret in the settings, each named after its setting.
  secretsIn = path: value:
    if !lib.isAttrs value then [ ]
    else
      lib.concatMap
        (name:
          let inner = path ++ [ name ]; file = value.${name}; in
          if lib.elem name secretNames
          then lib.optional (file != null) { credential = lib.concatMapStringsSep "." safe inner; inherit file; }
          else secretsIn inner file)
        (lib.attrNames value);

  tree = lib.foldl'
    (all: { path, option }: lib.recursiveUpdate all (lib.setAttrByPath path (plain option.value)))
    { }
    (lib.filter ({ path, option }: isSet option || lib.elem path woven) (leavesOf [ ] options.hwc.ai));
in
{
  inherit scheduledByApp;

  # What every unit of the app reads; secrets are in it as paths only.
  path = "/etc/hwc-ai/hwc-ai.json";

  # Values for LoadCredential: the app looks for each secret under the name of its setting, https://systemd.io/CREDENTIALS/
  credentials = map ({ credential, file }: "${credential}:${literal file}") (secretsIn [ ] tree);

  json = builtins.toJSON (lib.recursiveUpdate tree changes);
}
