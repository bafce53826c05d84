# Removes spoken texts and transcripts of speech that nobody has asked for in a month: Open WebUI makes them again.
{ cfg, lib, pkgs }:
pkgs.writeShellApplication {
  name = "open-webui-retention";
  runtimeInputs = [ pkgs.coreutils pkgs.findutils ];
  text = ''
    for folder in speech transcriptions; do
      cache=${lib.escapeShellArg (toString cfg.dataDir)}/cache/audio/$folder
      if [ -d "$cache" ]; then
        find "$cache" -xdev -type f -mtime +30 -print -delete
      fi
    done
  '';
}
