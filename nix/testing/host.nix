# The options of NixOS that the modules set, with the types that NixOS gives them: a wrong name or type is refused here too.
{ lib, pkgs, config, ... }:
let
  inherit (lib) mkOption types;

  option = type: default: mkOption { inherit type default; };
  bool = option types.bool false;
  texts = option (types.listOf types.str) [ ];
  nullable = type: option (types.nullOr type) null;
  lines = option types.lines "";
  sets = options: option (types.attrsOf (types.submodule { inherit options; })) { };
  any = option (types.attrsOf types.anything) { };

  # A name that NixOS takes for that of a unit.
  units = option
    (types.listOf (types.strMatching "[a-zA-Z0-9@%:_.\\-]+[.](service|socket|device|mount|automount|swap|target|path|timer|scope|slice)"))
    [ ];

  # What systemd takes more than once is a list.
  scalar = types.nullOr (types.oneOf [ types.bool types.int types.float types.str types.path types.package ]);
  sectionType = types.attrsOf (types.either scalar (types.listOf scalar));
  directives = option sectionType { };

  # The two values of a service that NixOS looks at.
  ofKind = name: kinds: section: !(section ? ${name}) || lib.elem (section.${name}.content or section.${name}) kinds;
  serviceSection = types.addCheck sectionType (section:
    ofKind "Type" [ "exec" "simple" "forking" "oneshot" "dbus" "notify" "notify-reload" "idle" ] section
    && ofKind "Restart" [ "no" "on-success" "on-failure" "on-abnormal" "on-abort" "always" ] section);

  unit = {
    enable = option types.bool true;
    description = option (types.strMatching "[^\n\r]*\n?") "";
    documentation = texts;
    wantedBy = units;
    requiredBy = units;
    upheldBy = units;
    after = units;
    before = units;
    wants = units;
    requires = units;
    requisite = units;
    bindsTo = units;
    partOf = units;
    upholds = units;
    conflicts = units;
    onFailure = units;
    onSuccess = units;
    unitConfig = directives;
    startLimitIntervalSec = nullable types.int;
    startLimitBurst = nullable types.int;
    aliases = units;
    restartTriggers = option (types.listOf types.unspecified) [ ];
  };

  service = types.submodule ({ name, config, ... }: {
    options = unit // {
      serviceConfig = option serviceSection { };
      environment = option (types.attrsOf (types.nullOr (types.oneOf [ types.str types.path types.package ]))) { };
      path = option (types.listOf (types.oneOf [ types.package types.str ])) [ ];
      script = lines;
      preStart = lines;
      postStart = lines;
      preStop = lines;
      postStop = lines;
      scriptArgs = option types.str "";
      startAt = option (types.either types.str (types.listOf types.str)) [ ];
      restartIfChanged = option types.bool true;
      stopIfChanged = option types.bool true;
      reloadIfChanged = bool;
      reloadTriggers = option (types.listOf types.unspecified) [ ];
      confinement.enable = bool;
    };
    config = {
      # Every service has these in its path, hence a PATH.
      environment.PATH =
        lib.makeBinPath (config.path ++ [ pkgs.coreutils pkgs.findutils pkgs.gnugrep pkgs.gnused pkgs.systemd ]);
      serviceConfig = lib.mkMerge [
        (lib.mkIf (config.script != "") {
          ExecStart = "${pkgs.writeShellScript "${name}-start" "set -e\n${config.script}"} ${config.scriptArgs}";
        })
        (lib.mkIf (config.preStart != "") {
          ExecStartPre = [ "${pkgs.writeShellScript "${name}-pre-start" "set -e\n${config.preStart}"}" ];
        })
      ];
    };
  });

  container = types.submodule ({ name, ... }: {
    options = {
      image = mkOption { type = types.str; };
      serviceName = option types.str "${config.virtualisation.oci-containers.backend}-${name}";
      cmd = texts;
      labels = option (types.attrsOf types.str) { };
      entrypoint = nullable types.str;
      environment = option (types.attrsOf types.str) { };
      environmentFiles = option (types.listOf types.path) [ ];
      log-driver = option types.str "journald";
      ports = texts;
      user = nullable types.str;
      volumes = texts;
      workdir = nullable types.str;
      dependsOn = texts;
      hostname = nullable types.str;
      extraOptions = texts;
      autoStart = option types.bool true;
    };
  });

  scrapeConfig = types.submodule {
    options = {
      job_name = mkOption { type = types.str; };
      scrape_interval = nullable types.str;
      scrape_timeout = nullable types.str;
      metrics_path = nullable types.str;
      scheme = nullable (types.enum [ "http" "https" ]);
      params = nullable (types.attrsOf (types.listOf types.str));
      authorization = nullable (types.submodule {
        options = {
          type = option types.str "Bearer";
          credentials = nullable types.str;
          credentials_file = nullable types.str;
        };
      });
      static_configs = option
        (types.listOf (types.submodule {
          options = {
            targets = mkOption { type = types.listOf types.str; };
            labels = option (types.attrsOf types.str) { };
          };
        })) [ ];
      relabel_configs = option
        (types.listOf (types.submodule {
          options = {
            source_labels = nullable (types.listOf types.str);
            target_label = nullable types.str;
            replacement = nullable types.str;
            regex = nullable types.str;
            action = nullable types.str;
          };
        })) [ ];
    };
  };
in
{
  options = {
    assertions = option (types.listOf types.unspecified) [ ];
    warnings = texts;
    system.stateVersion = option types.str "25.05";

    systemd = {
      services = option (types.attrsOf service) { };
      timers = sets (unit // { timerConfig = directives; });
      sockets = sets (unit // { socketConfig = directives; listenStreams = texts; listenDatagrams = texts; });
      paths = sets (unit // { pathConfig = directives; });
      targets = sets unit;
      slices = sets (unit // { sliceConfig = directives; });
      tmpfiles = {
        rules = texts;
        settings = option
          (types.attrsOf (types.attrsOf (types.attrsOf (types.submodule {
            options = {
              type = option types.str "";
              mode = option types.str "-";
              user = option types.str "-";
              group = option types.str "-";
              age = option types.str "-";
              argument = option types.str "";
            };
          }))))
          { };
      };
    };

    virtualisation = {
      oci-containers = {
        backend = option (types.enum [ "podman" "docker" ]) "podman";
        containers = option (types.attrsOf container) { };
      };
      podman = {
        enable = bool;
        package = option types.package pkgs.podman;
      };
      docker = {
        enable = bool;
        package = option types.package pkgs.docker;
      };
    };
    hardware.nvidia-container-toolkit.enable = bool;

    services = {
      caddy = {
        enable = bool;
        package = option types.package pkgs.caddy;
        globalConfig = lines;
        extraConfig = lines;
        virtualHosts = sets {
          hostName = nullable types.str;
          serverAliases = texts;
          listenAddresses = texts;
          useACMEHost = nullable types.str;
          extraConfig = lines;
          logFormat = nullable types.lines;
        };
      };
      prometheus = {
        enable = bool;
        port = option types.port 9090;
        scrapeConfigs = option (types.listOf scrapeConfig) [ ];
        rules = texts;
        checkConfig = option (types.either types.bool (types.enum [ "syntax-only" ])) true;
        ruleFiles = option (types.listOf types.path) [ ];
        exporters.blackbox = {
          enable = bool;
          port = option types.port 9115;
          listenAddress = option types.str "0.0.0.0";
        };
      };
      grafana = {
        enable = bool;
        provision = {
          enable = bool;
          dashboards.path = nullable types.path;
          dashboards.settings = nullable (types.submodule {
            options = {
              apiVersion = option types.int 1;
              providers = option (types.listOf (types.attrsOf types.anything)) [ ];
            };
          });
        };
      };
    };

    networking = {
      hostName = option (types.strMatching "|[[:alnum:]]([[:alnum:]_-]{0,61}[[:alnum:]])?") "server";
      firewall = {
        enable = option types.bool true;
        allowedTCPPorts = option (types.listOf types.port) [ ];
        interfaces = sets {
          allowedTCPPorts = option (types.listOf types.port) [ ];
          allowedUDPPorts = option (types.listOf types.port) [ ];
        };
        extraCommands = lines;
      };
    };

    users = {
      users = sets {
        enable = option types.bool true;
        uid = nullable types.int;
        isSystemUser = bool;
        isNormalUser = bool;
        description = option (types.strMatching "[^:\n]*") "";
        group = option types.str "";
        extraGroups = texts;
        home = option (types.strMatching "/[^:\n]*") "/var/empty";
        createHome = bool;
        shell = nullable (types.either types.package types.path);
        packages = option (types.listOf types.package) [ ];
      };
      groups = sets {
        gid = nullable types.int;
        members = texts;
      };
    };

    environment = {
      systemPackages = option (types.listOf types.package) [ ];
      variables = option (types.attrsOf types.str) { };
      sessionVariables = option (types.attrsOf types.str) { };
      etc = sets {
        enable = option types.bool true;
        text = nullable types.lines;
        source = nullable types.path;
        mode = option types.str "symlink";
        user = option types.str "+0";
        group = option types.str "+0";
      };
    };

    security = any;
    nixpkgs = any;
  };

  # As much of the service as the container's own definition decides.
  config.systemd.services = lib.mapAttrs'
    (name: { serviceName, image, extraOptions, autoStart, ... }: lib.nameValuePair serviceName {
      wantedBy = lib.optional autoStart "multi-user.target";
      wants = [ "network-online.target" ];
      after = [ "network-online.target" ];
      serviceConfig = {
        ExecStart = "${pkgs.podman}/bin/podman run --name=${name} ${lib.escapeShellArgs extraOptions} ${image}";
        TimeoutStartSec = 0;
        TimeoutStopSec = 120;
        Restart = "always";
      } // lib.optionalAttrs (config.virtualisation.oci-containers.backend == "podman") {
        Environment = "PODMAN_SYSTEMD_UNIT=%n";
        Type = "notify";
        NotifyAccess = "all";
        User = "root";
        RuntimeDirectory = name;
      };
    })
    config.virtualisation.oci-containers.containers;

  # What NixOS demands of every user, and says of a service that waits for the network without wanting it.
  config.assertions = lib.concatLists
    (lib.mapAttrsToList
      (name: user: [
        {
          assertion = user.isSystemUser != user.isNormalUser;
          message = "Exactly one of users.users.${name}.isSystemUser and users.users.${name}.isNormalUser must be set.";
        }
        {
          assertion = user.group != "" || user.isNormalUser;
          message = "users.users.${name}.group is unset.";
        }
      ])
      config.users.users)
  ++ [
    {
      assertion = config.services.grafana.provision.dashboards.settings == null || config.services.grafana.provision.dashboards.path == null;
      message = "Cannot set both dashboards settings and dashboards path";
    }
  ];
  config.warnings = lib.concatLists (lib.mapAttrsToList
    (name: { after, wants, requires, bindsTo, serviceConfig, ... }:
      lib.optional (lib.elem "network-online.target" after && !(lib.elem "network-online.target" (wants ++ requires ++ bindsTo)))
        "${name}.service is ordered after 'network-online.target' but doesn't depend on it"
      ++ lib.optional (serviceConfig.Type or "" == "oneshot" && lib.elem (serviceConfig.Restart or "no") [ "always" "on-success" ])
        "Service '${name}.service' with 'Type=oneshot' cannot have 'Restart=always' or 'Restart=on-success'")
    config.systemd.services);

  # NixOS makes a timer of it, in just this way.
  config.systemd.timers = lib.mapAttrs
    (_: { startAt, ... }: {
      wantedBy = [ "timers.target" ];
      timerConfig.OnCalendar = startAt;
    })
    (lib.filterAttrs (_: { startAt, ... }: startAt != [ ]) config.systemd.services);
}
