# Pulls the models of hwc.ai.ollama.models, the most wanted first, and lets each that is new answer once.
{ api, cfg, lib, pkgs, seconds }:
let
  entry = model: if lib.isString model then { name = model; } else model;
  wanted = map
    (model: {
      inherit (model) name;
      autoUpdate = model.autoUpdate or true;
      priority = model.priority or 50;
      # A name without a host is one of Ollama's own library, which has TLS.
      insecure = lib.elem (lib.head (lib.splitString "/" model.name)) cfg.insecureRegistries;
    })
    (map entry cfg.models);
  inOrder = lib.sort (a: b: a.priority < b.priority) wanted;
in
pkgs.writeShellApplication {
  name = "ollama-pull-models";
  runtimeInputs = [ pkgs.coreutils pkgs.curl pkgs.jq ];
  text = ''
    ${api.post}
    ${api.hasModel}
    ${lib.optionalString cfg.modelValidation.enable api.tryModel}
    # The server may still be starting.
    for _ in {1..60}; do
      if curl --silent --noproxy '*' --max-time 5 --fail --output /dev/null "${api.address}/api/version"; then
        break
      fi
      sleep 2
    done

    pull() {
      local model=$1 insecure=$2 outcome
      # A line that brings nothing for five minutes is broken; the next start goes on where this one ended.
      outcome=$(post /api/pull "$(jq -cn --arg model "$model" --argjson insecure "$insecure" '{$model, $insecure, stream: true}')" \
        --speed-time 300 |
        jq -rn 'reduce inputs as $line ("the connection broke";
          if $line.error then "error: \($line.error)" elif $line.status == "success" then "success" else . end)') ||
        outcome="Ollama does not answer at ${api.address}"
      if [ "$outcome" != success ]; then
        echo "''${outcome#error: }"
        return 1
      fi
    }

    failed=()
    while IFS= read -r line; do
      name=$(jq -r .name <<< "$line")
      update=$(jq -r .autoUpdate <<< "$line")
      insecure=$(jq -r .insecure <<< "$line")
      before=there
      has_model "$name" || before=missing
      if [ "$before" = there ] && [ "$update" = false ]; then
        echo "$name is there and stays as it is."
        continue
      fi
      if ! reason=$(pull "$name" "$insecure"); then
        echo "$name cannot be pulled: $reason" >&2
        failed+=("$name")
        continue
      fi
      ${if cfg.modelValidation.enable then ''
        if ! reason=$(try_model "$name" ${toString (seconds cfg.modelValidation.timeout)}); then
          echo "$name was pulled and does not work: $reason" >&2
          failed+=("$name")
          continue
        fi
        echo "$name is up to date and answers."
      '' else ''
        echo "$name is up to date."
      ''}
    done < <(jq -c '.[]' <<< ${lib.escapeShellArg (builtins.toJSON inOrder)})

    if [ "''${#failed[@]}" -gt 0 ]; then
      echo "Models that cannot be used: ''${failed[*]} (''${#failed[@]} of ${toString (lib.length inOrder)})." >&2
      exit 1
    fi
    echo "Every declared model is there (${toString (lib.length inOrder)})."
  '';
}
