# Stands for the package where nobody has given the source of the app. It is told when something is built rather than when it
# is evaluated: a configuration can be read and checked without the source.
{ runCommand }:
runCommand "hwc-ai-source-is-missing" { } ''
  echo "Set hwc.ai.local-workflows.service.src to the source of the app, or service.package to its package." >&2
  echo "The flake of this tree takes the source from ./app beside its flake.nix." >&2
  exit 1
''
