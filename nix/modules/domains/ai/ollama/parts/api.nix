# How the scripts of this module speak to Ollama: pieces that each takes as it needs them.
{ cfg, lib }:
let
  address = "http://127.0.0.1:${toString cfg.port}";
in
{
  inherit address;

  post = ''
    # Sends a body to Ollama. What it costs to wait is for the caller to say: --max-time, or --speed-time for a stream.
    post() {
      local path=$1 body=$2
      shift 2
      printf '%s' "$body" |
        curl --silent --show-error --noproxy '*' --connect-timeout 5 "$@" \
          --header 'Content-Type: application/json' --data-binary @- "${address}$path"
    }
  '';

  hasModel = ''
    # Whether this machine has a model.
    has_model() {
      post /api/show "$(jq -cn --arg model "$1" '{$model}')" --max-time 60 --fail --output /dev/null 2> /dev/null
    }
  '';

  tryModel = ''
    # Lets a model answer the prompt, or embed it where it does nothing else. Prints the reason when it fails.
    try_model() {
      local model=$1 silence=$2 kind verdict
      kind=$(post /api/show "$(jq -cn --arg model "$model" '{$model}')" --max-time 60 |
        jq -r 'if .error then "error: \(.error)"
          elif (.capabilities // ["completion"] | index("completion")) then "generate" else "embed" end') || {
        echo "Ollama does not say what it can do"
        return 1
      }
      if [ "''${kind#error: }" != "$kind" ]; then
        echo "''${kind#error: }"
        return 1
      fi
      verdict=$(post "/api/$kind" "$(jq -cn --arg model "$model" --arg prompt ${lib.escapeShellArg cfg.modelValidation.testPrompt} \
        '{$model, $prompt, input: $prompt, stream: true, options: {num_predict: 16}}')" --speed-time "$silence" |
        jq -rn 'reduce inputs as $line ({};
            .error = (.error // $line.error)
            | .said = (.said or (($line.response // "") + ($line.thinking // "") != "") or ($line.embeddings // [] | length > 0)))
          | .error // (if .said then "" else "it says nothing" end)') || {
        echo "it did not answer: the connection broke, or it was silent for $silence s"
        return 1
      }
      if [ -n "$verdict" ]; then
        echo "$verdict"
        return 1
      fi
    }
  '';
}
