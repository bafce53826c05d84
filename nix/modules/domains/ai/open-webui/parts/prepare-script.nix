# Writes what Open WebUI is told and nobody else may read: the secret of its sessions, and the tool servers with their keys.
# Open WebUI takes the tool servers from here at its very first start only; later the app keeps them as they are declared.
{ cfg, lib, pkgs }:
let
  inherit (import ../../parts/unit-text.nix { inherit lib; }) literal;
  tools = lib.imap0 (index: name: cfg.tools.${name} // { inherit index name; }) (lib.attrNames cfg.tools);
  withKey = lib.filter (tool: tool.authType == "bearer" && tool.keyFile != null) tools;

  # As Open WebUI keeps them from version 0.8 on: nobody named is the administrators alone. Groups are known by number there,
  # which only the running Open WebUI tells: until the app has asked, they are left out.
  connection = tool: {
    inherit (tool) url type;
    path = if tool.type == "mcp" then "" else tool.path;
    auth_type = tool.authType;
    key = "";
    config = {
      enable = tool.enable;
      access_grants = lib.optional (tool.access == "public") {
        principal_type = "user";
        principal_id = "*";
        permission = "read";
      };
    };
    info = {
      id = tool.name;
      inherit (tool) name description;
    };
  };

  # From a file rather than as an argument, where everyone could read it.
  giveKey = { index, ... }: ''
    connections=$(jq -c --rawfile key "$CREDENTIALS_DIRECTORY/tool-${toString index}" \
      '.[${toString index}].key = ($key | gsub("^\\s+|\\s+$"; ""))' <<< "$connections")
  '';
in
{
  credentials = map (tool: "tool-${toString tool.index}:${literal tool.keyFile}") withKey;

  script = pkgs.writeShellApplication {
    name = "open-webui-prepare";
    runtimeInputs = [ pkgs.coreutils pkgs.jq ];
    text = ''
      secret=$STATE_DIRECTORY/secret-key
      if [ ! -s "$secret" ]; then
        head -c 48 /dev/urandom | base64 --wrap=0 > "$secret.new"
        mv "$secret.new" "$secret"
        echo "Made the secret that signs the sessions of Open WebUI."
      fi

      connections=${lib.escapeShellArg (builtins.toJSON (map connection tools))}
      ${lib.concatMapStrings giveKey withKey}
      {
        echo "WEBUI_SECRET_KEY=$(< "$secret")"
        printf 'TOOL_SERVER_CONNECTIONS=%s\n' "$connections"
      } > "$RUNTIME_DIRECTORY/environment"
      echo "Wrote ${toString (lib.length tools)} tool servers for Open WebUI."
    '';
  };
}
