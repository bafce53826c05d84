# As much of `pkgs` as the modules use. Nothing is built: a script or file is a path that nothing lies at, and its text is
# traced when the path is used, for the tests to read.
{ lib }:
let
  storePath = name: content: "/nix/store/${builtins.substring 0 32 (builtins.hashString "sha256" content)}-${name}";

  package = name: extra: {
    type = "derivation";
    inherit name;
    pname = name;
    version = "1";
    outPath = storePath name name;
    drvPath = "${storePath name name}.drv";
    outputName = "out";
    meta.mainProgram = name;
  } // extra;

  textFile =
    { name, text, executable ? false, destination ? "", ... }:
    let
      out = storePath name text;
    in
    package name {
      inherit text;
      outPath = builtins.trace
        (builtins.toJSON {
          hwcFile = out + destination;
          inherit text executable;
        })
        out;
    };

  shellScript = name: destination: text: textFile {
    inherit name destination;
    executable = true;
    text = "#!/bin/bash\n${text}\n";
  };

  format = {
    type = lib.types.anything;
    generate = name: value: textFile {
      inherit name;
      text = builtins.toJSON value;
    };
  };

  built = arguments:
    let
      attrs = if builtins.isFunction arguments then arguments attrs else arguments;
    in
    package (attrs.pname or attrs.name) (removeAttrs attrs [ "name" ]);

  self = lib.genAttrs
    [
      "bash"
      "bubblewrap"
      "caddy"
      "coreutils"
      "curl"
      "docker"
      "findutils"
      "gawk"
      "gnugrep"
      "gnused"
      "jq"
      "makeBinaryWrapper"
      "makeWrapper"
      "nix"
      "nodejs"
      "nodejs_22"
      "nodejs_24"
      "openssl"
      "pkg-config"
      "podman"
      "procps"
      "python3"
      "sqlite"
      "systemd"
      "util-linux"
      "vips"
    ]
    (name: package name { })
  // {
    inherit lib;
    inherit (self.stdenv.hostPlatform) system;
    runtimeShell = "/bin/bash";
    stdenv = {
      mkDerivation = built;
      hostPlatform = {
        system = "x86_64-linux";
        isLinux = true;
      };
    };
    buildNpmPackage = built;
    fetchNpmDeps = built;
    importNpmLock = {
      __functor = _: _: package "npm-deps" { };
      npmConfigHook = package "npm-config-hook" { };
    };
    callPackage = target: extra:
      let
        function = if builtins.isFunction target then target else import target;
      in
      function (builtins.intersectAttrs (builtins.functionArgs function) self // extra);
    formats = {
      json = _: format;
      yaml = _: format;
    };
    writeText = name: text: textFile { inherit name text; };
    writeTextFile = textFile;
    writeTextDir = path: text: textFile {
      name = baseNameOf path;
      destination = "/${path}";
      inherit text;
    };
    writeShellScript = name: shellScript name "";
    writeShellScriptBin = name: shellScript name "/bin/${name}";
    writeShellApplication =
      { name, text, runtimeInputs ? [ ], runtimeEnv ? { }, ... }:
      shellScript name "/bin/${name}" ''
        set -o errexit
        set -o nounset
        set -o pipefail

        export PATH="${lib.makeBinPath runtimeInputs}:$PATH"
        ${lib.concatStrings (lib.mapAttrsToList (key: value: "export ${key}=${lib.escapeShellArg value}\n") runtimeEnv)}
        ${text}'';
    runCommand = name: _: text: package name { buildCommand = text; };
    symlinkJoin = { name, ... }: package name { };
    linkFarm = name: _: package name { };
  };
in
self
