# Types of options that nixpkgs does not have. What they refuse, the app refuses as well: here it is said before a rebuild.
{ lib }:
let
  inherit (lib) types;

  matching = pattern: description: types.strMatching pattern // { inherit description; };

  number = "([0-9]+(\\.[0-9]+)?|\\.[0-9]+)";
  unit = "(${
    lib.concatStringsSep "|" (
      [ "usec" "us" "µs" "μs" "msec" "ms" "seconds" "second" "sec" "s" "minutes" "minute" "min" "m" ]
      ++ [ "hours" "hour" "hr" "h" "days" "day" "d" "weeks" "week" "w" "months" "month" "M" "years" "year" "y" ]
    )
  })";
  storeDir = toString builtins.storeDir;
in
{
  # systemd.time(7), "Parsing Time Spans"; one of nothing but zeros would never wait.
  timeSpan =
    types.addCheck
      (types.strMatching " *\\+?${number}(( *${unit} *| +)\\+?${number})*( *${unit})? *")
      (span: builtins.match ".*[1-9].*" span != null)
    // { description = ''time span above 0, such as "5min" or "1h 30min"''; };

  # systemd.time(7), "Calendar Events": systemd judges the rest when the unit is built.
  calendarEvent = matching "[A-Za-z0-9*][A-Za-z0-9*:,./~_ +-]*" ''calendar event, such as "daily" or "Mon..Fri 02:00"'';

  timeOfDay = matching "([01][0-9]|2[0-3]):[0-5][0-9]" ''time of day, such as "02:00"'';

  # A password in an address would be readable by all in the store.
  url = matching "https?://[^/?#@]+([/?#].*)?" "address that begins with http:// or https:// and holds no password";

  absolutePath = matching "/.*" "absolute path, as a string";

  # A path that is written without quotes would be copied into the store, where everyone can read it: it becomes a string.
  secretFile =
    types.coercedTo types.path toString (
      types.addCheck (types.strMatching "/.*") (path: !lib.hasPrefix "${storeDir}/" path)
      // { description = "absolute path outside of the Nix store"; }
    );

  # A string of a pattern that also says what it must look like.
  inherit matching;

  # The same, without the strings that fit and are refused all the same.
  matchingExcept =
    refused: pattern: description:
    types.addCheck (types.strMatching pattern) (text: !builtins.elem text refused) // { inherit description; };
}
