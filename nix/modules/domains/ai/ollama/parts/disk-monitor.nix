# Fails once the disk of the models is as full as hwc.ai.ollama.diskMonitoring.warnPercent says.
{ cfg, lib, pkgs }:
pkgs.writeShellApplication {
  name = "ollama-disk-monitor";
  runtimeInputs = [ pkgs.coreutils ];
  text = ''
    folder=${lib.escapeShellArg (toString cfg.dataDir)}
    limit=${toString cfg.diskMonitoring.warnPercent}
    if ! figures=$(df --output=used,avail --block-size=1 -- "$folder" 2>&1); then
      echo "The disk of $folder cannot be looked at: $figures" >&2
      exit 1
    fi
    # The first line names the columns.
    read -r used available <<< "''${figures#*$'\n'}"
    # Of what programs without special rights can use at all, as df counts it.
    percent=$(((100 * used + (used + available) / 2) / (used + available)))
    left=$(numfmt --to=iec --suffix=B "$available")
    if [ "$percent" -ge "$limit" ]; then
      echo "The disk of $folder is $percent % full, $left left: the limit is $limit %. hwc-ai models prune shows which models can go." >&2
      exit 1
    fi
    echo "The disk of $folder is $percent % full, $left left."
  '';
}
