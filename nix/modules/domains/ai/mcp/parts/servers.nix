# Each program that speaks MCP over its standard input and output, as a hardened service of its own: systemd listens on a
# socket below /run/hwc-ai-mcp, the gateway in the app connects to it, and systemd starts the program for that connection.
{ config, lib, ... }:
let
  cfg = config.hwc.ai.mcp;
  app = config.hwc.ai.local-workflows;
  hardening = import ../../parts/hardening.nix;
  inherit (import ../../local-workflows/parts/folders.nix { inherit lib; }) access;
  inherit (cfg.filesystem) nixos;
  inherit (import ./names.nix { inherit lib; }) fits;
  unitText = import ../../parts/unit-text.nix { inherit lib; };

  # An argument of ExecStart: https://www.freedesktop.org/software/systemd/man/systemd.service.html#Command%20lines
  argument = text: lib.replaceStrings [ "%" "$" ] [ "%%" "$$" ] (builtins.toJSON (toString text));
  # A bare name is looked up where the programs of the machine lie: systemd itself would not.
  program = command: if lib.hasPrefix "/" command then command else "/run/current-system/sw/bin/${command}";

  unit = name: server: {
    systemd.sockets."hwc-ai-mcp-${name}" = {
      description = "MCP server ${name}";
      wantedBy = [ "sockets.target" ];
      before = [ "hwc-ai.service" ];
      listenStreams = [ "/run/hwc-ai-mcp/${name}.sock" ];
      socketConfig = {
        Accept = true;
        MaxConnections = 16;
        # Only the app may connect.
        SocketMode = "0660";
        SocketGroup = app.service.group;
        RemoveOnStop = true;
      };
    };

    systemd.services."hwc-ai-mcp-${name}@" = {
      description = "MCP server ${name}: ${if server.description == "" then "a program of this machine" else unitText.description server.description}";
      after = [ "hwc-ai-mcp-${name}.socket" ];
      requires = [ "hwc-ai-mcp-${name}.socket" ];
      # One that failed is not kept in memory: the next connection starts another.
      unitConfig.CollectMode = "inactive-or-failed";
      # What the program may start in turn; its own PATH goes before.
      path = [ "/run/current-system/sw" ];
      environment = lib.mapAttrs (_: value: lib.mkForce (unitText.literal value)) server.env;
      serviceConfig = hardening // access { readOnly = server.readOnlyPaths; readWrite = server.readWritePaths; } // {
        ExecStart = lib.concatMapStringsSep " " argument ([ (program server.command) ] ++ server.args);
        StandardInput = "socket";
        StandardOutput = "socket";
        StandardError = "journal";
        # Read by systemd before the sandbox is closed.
        EnvironmentFile = lib.optional (server.envFile != null) (unitText.literal server.envFile);
        UMask = "0027";
        # Exception: most of these programs run on Node or Python, which make machine code while they run.
        MemoryDenyWriteExecute = false;
        PrivateIPC = true;
        PrivateNetwork = !server.network;
        MemoryMax = "${toString server.memoryMax}M";
        MemorySwapMax = 0;
        CPUQuota = "${toString server.cpuQuota}%";
        TasksMax = 128;
      }
        # Exception: a server that may use the network reaches whatever the app may reach.
        // lib.optionalAttrs server.network {
        RestrictAddressFamilies = [ "AF_UNIX" "AF_INET" "AF_INET6" ];
        IPAddressAllow = app.service.addresses;
      }
        // server.identity;
    };
  };

  # A program that writes does so as the app's user, so that its files have an owner that lasts; any other is nobody.
  identityOf = server:
    if server.readWritePaths == [ ]
    then { SupplementaryGroups = app.service.extraGroups; }
    else {
      DynamicUser = false;
      User = app.service.user;
      Group = app.service.group;
      SupplementaryGroups = app.service.extraGroups;
    };

  # Without those whose name is refused: NixOS would refuse their units first, in other words.
  programs =
    lib.mapAttrs (_: server: server // { identity = identityOf server; })
      (lib.filterAttrs (name: server: fits name && server.enable && server.command != null) cfg.servers)
    // lib.optionalAttrs nixos.enable {
      filesystem-nixos = {
        description = "reads the configuration of this system and writes drafts";
        command = "${app.service.package}/bin/hwc-ai-mcp-filesystem";
        args = nixos.allowedDirs ++ [ nixos.draftsDir ];
        env = { };
        envFile = null;
        readOnlyPaths = nixos.allowedDirs;
        readWritePaths = [ nixos.draftsDir ];
        network = false;
        memoryMax = 512;
        cpuQuota = 100;
        identity = { DynamicUser = false; User = nixos.user; SupplementaryGroups = app.service.extraGroups; };
      };
    };
in
{
  config = lib.mkIf (config.hwc.ai.enable && cfg.enable) (lib.mkMerge [
    {
      systemd = lib.mkMerge (lib.mapAttrsToList (name: server: (unit name server).systemd) programs);
    }
    (lib.mkIf app.enable {
      # Tells the gateway to connect to the sockets instead of starting the programs itself.
      systemd.services.hwc-ai.environment.HWC_AI_MCP_SOCKETS = "/run/hwc-ai-mcp";
    })
    (lib.mkIf nixos.enable {
      systemd.tmpfiles.rules = [
        "d ${unitText.path nixos.draftsDir} 0750 ${nixos.user} ${app.service.group} ${cfg.service.draftsRetention} -"
      ];
    })
  ]);
}
