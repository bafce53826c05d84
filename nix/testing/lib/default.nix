# As much of the library of nixpkgs as the modules and tests of this tree use, written anew for machines that do not have it.
# Where it differs the real one is right: the tests say which of the two they were run with.
let
  lib = basics // modules // { inherit types; };
  modules = import ./modules.nix { inherit lib; };
  types = import ./types.nix { inherit lib; };

  inherit (builtins) attrNames concatLists concatMap concatStringsSep elem elemAt filter foldl' genList head isAttrs isList isString length listToAttrs replaceStrings stringLength substring tail;

  basics = {
    inherit (builtins)
      any all attrNames attrValues concatLists concatMap concatStringsSep elem filter foldl' genList groupBy hasAttr head isAttrs isBool
      isFunction isInt isList isString length listToAttrs mapAttrs match replaceStrings seq sort split stringLength substring tail
      ;

    id = value: value;
    const = value: _: value;
    optional = condition: value: if condition then [ value ] else [ ];
    optionals = condition: values: if condition then values else [ ];
    optionalAttrs = condition: set: if condition then set else { };
    optionalString = condition: text: if condition then text else "";

    last = list: elemAt list (length list - 1);
    init = list: genList (elemAt list) (length list - 1);
    imap0 = function: list: genList (index: function index (elemAt list index)) (length list);
    unique = foldl' (kept: value: if elem value kept then kept else kept ++ [ value ]) [ ];
    allUnique = list: length (basics.unique list) == length list;
    concatStrings = concatStringsSep "";
    concatMapStrings = function: list: basics.concatStrings (map function list);
    concatMapStringsSep = separator: function: list: concatStringsSep separator (map function list);

    nameValuePair = name: value: { inherit name value; };
    genAttrs = names: function: listToAttrs (map (name: basics.nameValuePair name (function name)) names);
    mapAttrs' = function: set: listToAttrs (map (name: function name set.${name}) (attrNames set));
    mapAttrsToList = function: set: map (name: function name set.${name}) (attrNames set);
    concatMapAttrs = function: set: foldl' (all: name: all // function name set.${name}) { } (attrNames set);
    filterAttrs = predicate: set:
      removeAttrs set (filter (name: !(predicate name set.${name})) (attrNames set));
    recursiveUpdate = left: right: left // builtins.mapAttrs
      (name: value:
        if isAttrs value && isAttrs (left.${name} or null) then basics.recursiveUpdate left.${name} value else value)
      right;
    hasAttrByPath = path: set:
      path == [ ] || (isAttrs set && set ? ${head path} && basics.hasAttrByPath (tail path) set.${head path});
    attrByPath = path: default: set: if basics.hasAttrByPath path set then basics.getAttrFromPath path set else default;
    getAttrFromPath = path: set: foldl' (inner: name: inner.${name}) set path;
    setAttrByPath = path: value: if path == [ ] then value else { ${head path} = basics.setAttrByPath (tail path) value; };
    isDerivation = value: value.type or null == "derivation";

    hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
    hasSuffix = suffix: text:
      stringLength suffix <= stringLength text
      && substring (stringLength text - stringLength suffix) (stringLength suffix) text == suffix;
    hasInfix = infix: text: replaceStrings [ infix ] [ "" ] text != text;
    removePrefix = prefix: text:
      if basics.hasPrefix prefix text then substring (stringLength prefix) (stringLength text) text else text;
    removeSuffix = suffix: text:
      if basics.hasSuffix suffix text then substring 0 (stringLength text - stringLength suffix) text else text;
    splitString = separator: text: filter isString (builtins.split (basics.escapeRegex separator) text);
    escapeRegex = text: replaceStrings
      (map (sign: sign) [ "\\" "." "[" "{" "(" ")" "*" "+" "?" "^" "$" "|" ])
      (map (sign: "\\${sign}") [ "\\" "." "[" "{" "(" ")" "*" "+" "?" "^" "$" "|" ])
      text;
    toLower =
      let
        letters = text: genList (index: substring index 1 text) (stringLength text);
      in
      replaceStrings (letters "ABCDEFGHIJKLMNOPQRSTUVWXYZ") (letters "abcdefghijklmnopqrstuvwxyz");
    escapeShellArg = value:
      let
        text = toString value;
      in
      if builtins.match "[[:alnum:],._+:@%/-]+" text != null then text else "'${replaceStrings [ "'" ] [ "'\\''" ] text}'";
    escapeShellArgs = basics.concatMapStringsSep " " basics.escapeShellArg;
    boolToString = value: if value then "true" else "false";
    importJSON = path: builtins.fromJSON (builtins.readFile path);
    makeBinPath = packages: concatStringsSep ":" (map (package: "${package}/bin") packages);
    getExe = package: "${package}/bin/${package.meta.mainProgram or package.pname or package.name}";
    getExe' = package: name: "${package}/bin/${name}";

    literalExpression = text: { _type = "literalExpression"; inherit text; };
    literalMD = text: { _type = "literalMD"; inherit text; };
    licenses.mit = { spdxId = "MIT"; };
    platforms.linux = [ "x86_64-linux" "aarch64-linux" ];
  };
in
lib
