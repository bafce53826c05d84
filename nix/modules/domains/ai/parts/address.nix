# Hosts as settings name them.
{ lib }:
let
  bare = host: lib.toLower (lib.removePrefix "[" (lib.removeSuffix "]" host));
  isLoopback = host:
    bare host == "localhost" || bare host == "::1" || builtins.match "127(\\.[0-9]{1,3}){3}" host != null;
in
{
  # Whether a host is reached from this machine alone, as the app judges it too.
  inherit isLoopback;

  # The same for an address such as http://[::1]:11434/.
  isLoopbackUrl = url: isLoopback (lib.head (builtins.match "https?://(\\[[^]]*]|[^/:?#]*).*" url));

  # The host in a name that a web server goes by, such as http://ai.example.lan:8080; empty where it takes any.
  hostOf = name: builtins.elemAt (builtins.match "([a-z]+://)?(\\[[^]]*]|[^/:]*).*" name) 1;

  # Whether a host's name is of its own network alone, so that no authority on the internet signs for it: a bare name, or one
  # below what RFC 2606, 6761, 6762 (appendix G), 8375 and ICANN's "internal" keep for that.
  isPrivateName = host:
    let
      labels = lib.splitString "." (lib.toLower host);
      kept = [ "corp" "example" "home" "internal" "intranet" "invalid" "lan" "local" "localhost" "private" "test" ];
    in
    lib.length labels == 1 || lib.elem (lib.last labels) kept || lib.hasSuffix ".home.arpa" (lib.toLower host);

  # A host as an address holds it: one with colons of its own stands in brackets.
  inUrl = host: if lib.hasInfix ":" host && !lib.hasPrefix "[" host then "[${host}]" else host;
}
