# Says whether Ollama answers, and fails with the reason when it does not.
{ api, pkgs, timeout, ... }:
pkgs.writeShellApplication {
  name = "ollama-health";
  runtimeInputs = [ pkgs.curl pkgs.jq ];
  text = ''
    if ! answer=$(curl --silent --show-error --noproxy '*' --max-time ${toString timeout} --fail "${api.address}/api/version" 2>&1); then
      echo "Ollama does not answer at ${api.address} within ${toString timeout} s: $answer" >&2
      exit 1
    fi
    if ! version=$(jq -er .version <<< "$answer" 2> /dev/null); then
      echo "Something else than Ollama answers at ${api.address}: ''${answer:0:200}" >&2
      exit 1
    fi
    echo "Ollama $version answers at ${api.address}."
  '';
}
