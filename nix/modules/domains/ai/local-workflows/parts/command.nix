# The command in the path of everyone: `hwc-ai` works on the service's own store, `hwc-ai-chat` on that of whoever calls it.
{ config, lib, pkgs, ... }:
let
  cfg = config.hwc.ai.local-workflows;

  # Whoever may become the service's user may use its command: root, and whoever sudo lets.
  service = pkgs.writeShellScriptBin "hwc-ai" ''
    set -eu
    run=(env
      HOME=/var/lib/hwc-ai
      HWC_AI_STATE=/var/lib/hwc-ai
      HWC_AI_CONFIG=/etc/hwc-ai/hwc-ai.json
      HWC_AI_CONFIG_FROM=nix
      # The copies of the secrets that the running service has: its user may read them.
      CREDENTIALS_DIRECTORY=/run/credentials/hwc-ai.service
      ${cfg.service.package}/bin/hwc-ai "$@")
    user=${lib.escapeShellArg cfg.service.user}
    case "$(id -un)" in
      "$user") exec "''${run[@]}" ;;
      root) exec runuser --user "$user" -- "''${run[@]}" ;;
      *) exec sudo --user "$user" -- "''${run[@]}" ;;
    esac
  '';

  # Conversations of each person's own, with the machine's model and instructions.
  chat = pkgs.writeShellScriptBin "hwc-ai-chat" ''
    set -eu
    export HWC_AI_CONFIG=/etc/hwc-ai/chat.json
    exec ${cfg.service.package}/bin/hwc-ai chat "$@"
  '';
  chatSettings = builtins.toJSON {
    local-workflows = {
      inherit (cfg) ollamaEndpoint;
      backend = { inherit (cfg.backend) type endpoint concurrency maxWaiting firstTokenTimeout; };
      chatCli = { inherit (cfg.chatCli) model maxHistoryLines maxAnswerTokens systemPrompt memory; };
    };
  };
in
{
  config = lib.mkIf (config.hwc.ai.enable && cfg.enable) {
    environment.systemPackages = [ service ] ++ lib.optional cfg.chatCli.enable chat;
    environment.etc."hwc-ai/chat.json" = lib.mkIf cfg.chatCli.enable { text = chatSettings; };
  };
}
