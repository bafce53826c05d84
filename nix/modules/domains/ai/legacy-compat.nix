# The retired `hwc.server.ai.*` options, each an alias of its successor that warns when it is used. Temporary: once
# `hwc-ai nix migrate` finds none of them in your configuration, remove this file; nothing else knows of it.
{ config, lib, options, ... }:
let
  leaves = {
    ollama = [
      "enable"
      "port"
      "models"
      "dataDir"
      "insecureRegistries"
      "healthCheck.enable"
      "healthCheck.interval"
      "modelValidation.enable"
      "modelValidation.testPrompt"
      "modelHealth.enable"
      "modelHealth.schedule"
      "diskMonitoring.enable"
      "diskMonitoring.warnPercent"
      "diskMonitoring.checkInterval"
    ];
    open-webui = [
      "enable"
      "port"
      "ollamaEndpoint"
      "dataDir"
      "enableAuth"
      "defaultModel"
      "enableRAG"
      "ragChunkSize"
      "ragOverlap"
      "imageTag"
      "extraEnv"
      "healthCheck.enable"
      "url"
      "adminTokenFile"
      "tools"
    ];
    local-workflows = [
      "enable"
      "ollamaEndpoint"
      "logDir"
      "api.enable"
      "api.host"
      "api.port"
      "fileCleanup.enable"
      "fileCleanup.watchDirs"
      "fileCleanup.rulesDir"
      "fileCleanup.schedule"
      "fileCleanup.model"
      "fileCleanup.dryRun"
      "journaling.enable"
      "journaling.outputDir"
      "journaling.sources"
      "journaling.schedule"
      "journaling.timeOfDay"
      "journaling.model"
      "journaling.retentionDays"
      "autoDoc.enable"
      "autoDoc.model"
      "autoDoc.templates"
      "chatCli.enable"
      "chatCli.model"
      "chatCli.historyFile"
      "chatCli.maxHistoryLines"
      "chatCli.systemPrompt"
    ];
    mcp = [
      "enable"
      "proxy.enable"
      "proxy.port"
      "proxy.host"
      "filesystem.nixos.enable"
      "filesystem.nixos.allowedDirs"
      "filesystem.nixos.draftsDir"
      "filesystem.nixos.user"
      "reverseProxy.enable"
      "reverseProxy.path"
      "reverseProxy.authType"
    ];
  };

  paths = lib.concatLists (
    lib.mapAttrsToList (module: map (leaf: [ module ] ++ lib.splitString "." leaf)) leaves
  );

  # The old namespace had no switch for all: whoever set a module's own had it on.
  usesOne = lib.any
    (module:
      let old = options.hwc.server.ai.${module}.enable; in
      old.isDefined && config.hwc.ai.${module}.enable)
    (lib.attrNames leaves);
in
{
  imports = map
    (path: lib.mkRenamedOptionModule ([ "hwc" "server" "ai" ] ++ path) ([ "hwc" "ai" ] ++ path))
    paths;

  config = lib.mkIf usesOne {
    hwc.ai.enable = lib.mkOverride 900 true;
  };
}
