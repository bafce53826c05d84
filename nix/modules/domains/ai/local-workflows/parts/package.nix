# The app from its source. There is no npmDepsHash to keep: `importNpmLock` takes each package's own hash from
# package-lock.json, so a new lock file needs no change here. The lock holds no addresses, since it must install from
# whichever registry a machine uses; Nix fetches by address, so they are put together here from name and version.
{ lib
, buildNpmPackage
, importNpmLock
, makeBinaryWrapper
, nodejs_24
, bubblewrap
, systemd
, util-linux
, src
, registry ? "https://registry.npmjs.org"
}:
let
  manifest = lib.importJSON (src + "/package.json");
  lock = lib.importJSON (src + "/package-lock.json");

  # What the app starts: the sandbox of MCP servers, their limits, the journal and the word that it is ready.
  path = lib.makeBinPath [ bubblewrap systemd util-linux ];

  # "node_modules/a/node_modules/@b/c" is the package "@b/c".
  nameOf = path: lib.last (lib.splitString "node_modules/" path);
  addressed = path: entry:
    # Without a hash of its own it comes inside of another package, or is the app itself.
    if entry ? resolved || !(entry ? integrity) then entry
    else
      let name = entry.name or (nameOf path); in
      entry // { resolved = "${registry}/${name}/-/${baseNameOf name}-${entry.version}.tgz"; };
in
buildNpmPackage {
  pname = "hwc-ai";
  inherit (manifest) version;
  inherit src;

  nodejs = nodejs_24;
  npmConfigHook = importNpmLock.npmConfigHook;
  npmDeps = importNpmLock {
    npmRoot = src;
    packageLock = lock // { packages = lib.mapAttrs addressed lock.packages; };
  };
  # No package needs a program of its own when it is installed.
  npmRebuildFlags = [ "--ignore-scripts" ];
  nativeBuildInputs = [ makeBinaryWrapper ];

  # What scripts/build.mjs does once the dependencies are there.
  buildPhase = ''
    runHook preBuild
    export NEXT_TELEMETRY_DISABLED=1
    node --input-type=module --eval '
      import { buildApp } from "./scripts/lib/build-app.mjs"
      await buildApp({ always: true })
    '
    runHook postBuild
  '';

  installPhase = ''
    runHook preInstall
    npm prune --omit=dev --no-save --ignore-scripts
    rm -rf .next/cache
    mkdir -p $out/lib/hwc-ai/nix
    # The manifest as it is in the source: that of the build names every package in the store, and would keep them all there.
    cp -r .next bin dist node_modules "$src/package.json" public scripts $out/lib/hwc-ai
    # What `hwc-ai nix export` writes.
    cp -r nix/modules $out/lib/hwc-ai/nix
    makeWrapper ${nodejs_24}/bin/node $out/bin/hwc-ai \
      --set NODE_ENV production \
      --suffix PATH : ${path} \
      --add-flags $out/lib/hwc-ai/dist/cli.js
    # The nursery of the garbage collector is held small: what a request makes is gone when it is answered.
    makeWrapper ${nodejs_24}/bin/node $out/bin/hwc-ai-server \
      --set NODE_ENV production \
      --suffix PATH : ${path} \
      --add-flags --max-semi-space-size=2 \
      --add-flags --max-old-space-size=1024 \
      --add-flags $out/lib/hwc-ai/dist/server.js
    # The file server for the system's configuration, which a unit of its own starts (domains/ai/mcp).
    makeWrapper ${nodejs_24}/bin/node $out/bin/hwc-ai-mcp-filesystem \
      --set NODE_ENV production \
      --add-flags $out/lib/hwc-ai/node_modules/@modelcontextprotocol/server-filesystem/dist/index.js
    runHook postInstall
  '';

  meta = {
    inherit (manifest) description;
    license = lib.licenses.mit;
    mainProgram = "hwc-ai";
    platforms = lib.platforms.linux;
  };
}
