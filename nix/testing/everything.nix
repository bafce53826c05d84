# A machine on which every module is on, with values that a unit file could choke on.
{
  services.caddy.enable = true;
  hwc.ai = {
    enable = true;
    ollama.enable = true;
    open-webui.enable = true;
    cloud = {
      enable = true;
      openai = {
        enable = true;
        apiKeyFile = "/run/secrets/openai";
      };
    };
    health.notifiers."my phone" = {
      type = "ntfy";
      url = "http://127.0.0.1:8090/server";
      tokenFile = "/run/secrets/100%/token";
    };
    local-workflows = {
      enable = true;
      backend.apiKeyFile = "/run/secrets/model-server";
      service = {
        addresses = [ "any" ];
        ownerKeyFile = "/run/secrets/owner";
      };
      fileCleanup = {
        enable = true;
        dryRun = false;
        watchDirs = [ "/srv/in box" "/srv/it's 100% $HOME \"quoted\"" "/home/somebody/Down:loads" ];
        rulesDir = "/etc/hwc-ai/rules";
      };
      journaling = {
        enable = true;
        schedule = "weekly";
        outputDir = "/srv/journal";
      };
      autoDoc.allowedDirs = [ "/home/somebody/projects" ];
      chatCli.enable = true;
    };
    mcp = {
      enable = true;
      filesystem.nixos = {
        enable = true;
        allowedDirs = [ "/etc/nixos" ];
      };
      reverseProxy = {
        enable = true;
        path = "/tools";
      };
      servers = {
        wiki = {
          description = "Looks things up";
          command = "mcp-wiki";
          args = [ "--title" "100% $wiki \"quoted\"" ];
          envFile = "/run/secrets/wiki.env";
          readOnlyPaths = [ "/home/somebody/wiki" ];
          network = true;
        };
        notes = {
          command = "/run/current-system/sw/bin/mcp-notes";
          readWritePaths = [ "/srv/notes" ];
        };
        remote = {
          url = "http://127.0.0.1:8931/mcp";
          keyFile = "/run/secrets/remote";
        };
      };
    };
  };
}
