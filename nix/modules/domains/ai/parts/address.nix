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

  # A host as an address holds it: one with colons of its own stands in brackets.
  inUrl = host: if lib.hasInfix ":" host && !lib.hasPrefix "[" host then "[${host}]" else host;
}
