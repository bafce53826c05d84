# Types of options: what they take, and how several definitions become one value.
{ lib }:
let
  inherit (builtins) all concatMap elem filter head isAttrs isBool isFloat isFunction isInt isList isPath isString length;

  show = lib.concatStringsSep ".";
  make = description: check: merge: { _type = "option-type"; inherit description check merge; };

  mergeOne = loc: definitions:
    if length definitions == 1 then (head definitions).value
    else throw "The option `${show loc}' is defined multiple times while it's expected to be unique.";
  mergeEqual = loc: definitions:
    let
      first = (head definitions).value;
    in
    if all ({ value, ... }: value == first) definitions then first
    else throw "The option `${show loc}' has conflicting definition values.";
  mergeAny = loc: definitions:
    let
      values = map ({ value, ... }: value) definitions;
    in
    if length values == 1 then head values
    else if all isList values then lib.concatLists values
    else if all isAttrs values then lib.foldl' (left: right: left // right) { } values
    else mergeEqual loc definitions;

  # Of each value by itself, without those that a condition has taken away.
  mergedEach = type: items: filter (item: item.isDefined) (map ({ loc, definitions }: lib.mergeDefinitions loc type definitions // { name = lib.last loc; }) items);

  between = least: most: types.addCheck types.int (value: value >= least && value <= most);

  types = {
    bool = make "boolean" isBool mergeEqual;
    int = make "signed integer" isInt mergeEqual;
    float = make "floating point number" isFloat mergeEqual;
    str = make "string" isString mergeEqual;
    path = make "absolute path" (value: isPath value || (isString value || value ? outPath) && lib.hasPrefix "/" "${value}") mergeEqual;
    package = make "package" lib.isDerivation mergeOne;
    attrs = make "attribute set" isAttrs mergeAny;
    unspecified = make "unspecified value" (_: true) mergeAny;
    anything = make "anything" (_: true) (loc: definitions:
      if length definitions > 1 && all ({ value, ... }: isAttrs value) definitions
      then (types.attrsOf types.anything).merge loc definitions
      else mergeAny loc definitions);
    lines = make "strings concatenated with \"\\n\"" isString (_: definitions: lib.concatMapStringsSep "\n" ({ value, ... }: value) definitions);

    ints.between = least: most: between least most // {
      description = "integer between ${toString least} and ${toString most} (both inclusive)";
    };
    port = between 0 65535 // { description = "16 bit unsigned integer; between 0 and 65535 (both inclusive)"; };
    strMatching = pattern: types.addCheck types.str (value: builtins.match pattern value != null) // {
      description = "string matching the pattern ${pattern}";
    };
    enum = values: make "one of ${lib.concatMapStringsSep ", " builtins.toJSON values}" (value: elem value values) mergeEqual;
    addCheck = type: check: type // { check = value: type.check value && check value; };

    nullOr = type: make "null or ${type.description}" (value: value == null || type.check value) (loc: definitions:
      if all ({ value, ... }: value == null) definitions then null
      else type.merge loc definitions);
    either = first: second: make "${first.description} or ${second.description}" (value: first.check value || second.check value) (loc: definitions:
      if all ({ value, ... }: first.check value) definitions then first.merge loc definitions
      else second.merge loc definitions);
    oneOf = choices: lib.foldl' types.either (head choices) (builtins.tail choices);
    coercedTo = from: coerce: type:
      let
        coerced = value: if from.check value then coerce value else value;
      in
      make "${type.description} or ${from.description} convertible to it" (value: type.check (coerced value)) (loc: definitions:
        type.merge loc (map (each: each // { value = coerced each.value; }) definitions));

    listOf = type: make "list of ${type.description}" isList (loc: definitions:
      map (item: item.value) (mergedEach type (concatMap
        ({ file, value, ... }: lib.imap0
          (index: each: {
            loc = loc ++ [ "[entry ${toString (index + 1)}]" ];
            definitions = [{ inherit file; value = each; }];
          })
          value)
        definitions)));
    attrsOf = type: make "attribute set of ${type.description}" isAttrs (loc: definitions:
      let
        names = lib.unique (concatMap ({ value, ... }: lib.attrNames value) definitions);
        items = map
          (name: {
            loc = loc ++ [ name ];
            definitions = concatMap
              ({ file, value, ... }: lib.optional (value ? ${name}) { inherit file; value = value.${name}; })
              definitions;
          })
          names;
      in
      lib.listToAttrs (map (item: { inherit (item) name value; }) (mergedEach type items)));
    lazyAttrsOf = types.attrsOf;

    submodule = module: make "submodule" (value: isAttrs value || isFunction value) (loc: definitions:
      (lib.evalModules {
        prefix = loc;
        specialArgs.name = lib.last loc;
        modules = [ module ] ++ map
          ({ file, value, ... }: if isFunction value then value else { _file = file; config = value; })
          definitions;
      }).config);
  };
in
types
