# Seconds of a time span such as "1h 30min" (systemd.time(7)), rounded up; for programs that know nothing but seconds.
{ lib }:
text:
let
  units = {
    s = [ "s" "sec" "second" "seconds" "" ];
    m = [ "m" "min" "minute" "minutes" ];
    h = [ "h" "hr" "hour" "hours" ];
    d = [ "d" "day" "days" ];
    w = [ "w" "week" "weeks" ];
    M = [ "M" "month" "months" ];
    y = [ "y" "year" "years" ];
    ms = [ "ms" "msec" ];
    us = [ "us" "usec" "µs" "μs" ];
  };
  seconds = {
    s = 1;
    m = 60;
    h = 3600;
    d = 86400;
    w = 604800;
    M = 2629800;
    y = 31557600;
    ms = 0.001;
    us = 0.000001;
  };
  sizeOf = name: seconds.${lib.head (lib.attrNames (lib.filterAttrs (_: names: lib.elem name names) units))};

  parts = lib.filter lib.isList (builtins.split "([0-9]*\\.?[0-9]+)[[:space:]]*([^0-9.+[:space:]]*)" text);
  # JSON knows no number that begins with a point or a needless zero.
  number = digits: builtins.fromJSON (lib.head (builtins.match "0*([1-9][0-9]*(\\.[0-9]+)?|0(\\.[0-9]+)?)" "0${digits}"));
in
builtins.ceil (lib.foldl' (sum: part: sum + number (lib.head part) * sizeOf (lib.last part)) 0 parts)
