# Removes what a broken download has left and no pull has taken up for a week. Models go by name only, never by age.
{ cfg, lib, pkgs }:
pkgs.writeShellApplication {
  name = "ollama-retention";
  runtimeInputs = [ pkgs.coreutils pkgs.findutils ];
  text = ''
    blobs=${lib.escapeShellArg "${toString cfg.dataDir}/models/blobs"}
    if [ ! -d "$blobs" ]; then
      echo "There are no models yet."
      exit 0
    fi
    find "$blobs" -xdev -maxdepth 1 -type f -name 'sha256-*-partial*' -mtime +7 -print -delete
  '';
}
