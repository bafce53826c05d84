# Lets every declared model answer, and fails with the names of those that do not and why.
{ api, cfg, lib, pkgs, seconds }:
let
  names = map (model: model.name or model) cfg.models;
in
pkgs.writeShellApplication {
  name = "ollama-model-health";
  runtimeInputs = [ pkgs.curl pkgs.jq ];
  text = ''
    ${api.post}
    ${api.hasModel}
    ${api.tryModel}
    failed=()
    while IFS= read -r name; do
      if ! has_model "$name"; then
        echo "$name is not on this machine: systemctl start ollama-pull-models gets it." >&2
        failed+=("$name")
      elif ! reason=$(try_model "$name" ${toString (seconds cfg.modelValidation.timeout)}); then
        echo "$name does not work: $reason" >&2
        failed+=("$name")
      else
        echo "$name answers."
      fi
    done < <(jq -r '.[]' <<< ${lib.escapeShellArg (builtins.toJSON names)})

    if [ "''${#failed[@]}" -gt 0 ]; then
      echo "Models that cannot be used: ''${failed[*]} (''${#failed[@]} of ${toString (lib.length names)})." >&2
      exit 1
    fi
    echo "Every declared model answers (${toString (lib.length names)})."
  '';
}
