# The module system: declarations and definitions of many files put together into one configuration.
{ lib }:
let
  inherit (builtins) attrNames concatMap elem filter functionArgs head isAttrs isFunction isList isPath length mapAttrs;

  isType = type: value: isAttrs value && value._type or null == type;
  isOption = isType "option";
  show = lib.concatStringsSep ".";
  defaultPriority = 100;

  # A module as it is written, with the arguments that it asks for.
  load = args: module:
    if isPath module || builtins.isString module then load args (import module) // { key = toString module; _file = toString module; }
    else if isFunction module || module ? __functor then
      let
        asked = functionArgs (if isFunction module then module else module.__functor module);
      in
      load args (module (if asked == { } then args else args // builtins.intersectAttrs asked args))
    else module;

  parts = module:
    let
      own = removeAttrs module [ "key" "_file" "imports" "options" "config" "_class" ];
      plain = !(module ? options || module ? config);
    in
    {
      file = module._file or "<unknown-file>";
      options = module.options or { };
      config =
        if plain then own
        else if own == { } then module.config or { }
        else throw "Module `${module._file or "<unknown-file>"}' has an unsupported attribute `${head (attrNames own)}'.";
    };

  # Every module once, in the order in which nixpkgs puts their definitions together.
  collect = args: modules:
    let
      visit = state: module:
        let
          loaded = load args module;
          key = loaded.key or null;
        in
        if key != null && elem key state.seen then state
        else
          let
            inner = builtins.foldl' visit (state // { seen = state.seen ++ lib.optional (key != null) key; }) (loaded.imports or [ ]);
          in
          inner // { found = [ (parts loaded) ] ++ inner.found; };
    in
    (builtins.foldl' visit { seen = [ ]; found = [ ]; } modules).found;

  # Conditions and priorities move from a set to its values, so that names can be seen without deciding anything.
  pushDown = value:
    if isType "merge" value then concatMap pushDown value.contents
    else if isType "if" value then map (mapAttrs (_: mkIf value.condition)) (pushDown value.content)
    else if isType "override" value then map (mapAttrs (_: mkOverride value.priority)) (pushDown value.content)
    else [ value ];

  discharge = priority: value:
    if isType "merge" value then concatMap (discharge priority) value.contents
    else if isType "if" value then lib.optionals value.condition (discharge priority value.content)
    else if isType "override" value then discharge value.priority value.content
    else [{ inherit priority value; }];

  # The values of the highest priority, which is the lowest number.
  decide = definitions:
    let
      all = concatMap
        ({ file, value }: map (each: each // { inherit file; }) (discharge defaultPriority value))
        definitions;
      best = builtins.foldl' (least: { priority, ... }: if priority < least then priority else least) 9999 all;
    in
    {
      priority = best;
      values = filter ({ priority, ... }: priority == best) all;
    };

  mergeDefinitions = loc: type: definitions:
    let
      decided = decide definitions;
      wrong = filter ({ value, ... }: !(type.check value)) decided.values;
      said = lib.concatMapStrings
        ({ file, value, ... }: "\n- In `${file}': ${
          if isFunction value || isAttrs value && value ? outPath then "<value>" else builtins.toJSON value
        }")
        wrong;
    in
    {
      isDefined = decided.values != [ ];
      inherit (decided) priority;
      value =
        if decided.values == [ ] then throw "The option `${show loc}' was accessed but has no value defined. Try setting the option."
        else if wrong != [ ] then throw "A definition for option `${show loc}' is not of type `${type.description}'. Definition values:${said}"
        else type.merge loc decided.values;
    };

  evalOption = loc: option: definitions:
    let
      type = option.type or lib.types.unspecified;
      default = lib.optional (option ? default) {
        file = "the default";
        value = mkOverride 1500 option.default;
      };
      merged = mergeDefinitions loc type (definitions ++ default);
    in
    option // {
      inherit loc;
      isDefined = merged.isDefined;
      highestPrio = merged.priority;
      definitionsWithLocations = definitions;
      value = (option.apply or lib.id) merged.value;
    };

  # Options and definitions of one group, name by name.
  evalGroup = loc: declarations: definitions:
    let
      named = lib.foldl'
        (names: { file, value }: lib.foldl'
          (all: name: all // { ${name} = all.${name} or [ ] ++ [{ inherit file; value = value.${name}; }]; })
          names
          (attrNames value))
        { }
        (concatMap ({ file, value }: map (each: { inherit file; value = each; }) (pushDown value)) definitions);
      declared = lib.foldl'
        (names: group: lib.foldl' (all: name: all // { ${name} = all.${name} or [ ] ++ [ group.${name} ]; }) names (attrNames group))
        { }
        declarations;
      evaluated = mapAttrs
        (name: nodes:
          let
            here = loc ++ [ name ];
          in
          if !(isOption (head nodes)) then evalGroup here nodes (named.${name} or [ ])
          else if length nodes > 1 then throw "The option `${show here}' is already declared."
          else
            let
              option = evalOption here (head nodes) (named.${name} or [ ]);
            in
            {
              options = option;
              config = option.value;
              unknown = [ ];
            })
        declared;
    in
    {
      options = mapAttrs (_: node: node.options) evaluated;
      config = mapAttrs (_: node: node.config) evaluated;
      unknown =
        map (name: loc ++ [ name ]) (filter (name: !(declared ? ${name})) (attrNames named))
        ++ concatMap (node: node.unknown) (lib.attrValues evaluated);
    };

  mkIf = condition: content: { _type = "if"; inherit condition content; };
  mkOverride = priority: content: { _type = "override"; inherit priority content; };
in
{
  inherit isOption mergeDefinitions mkIf mkOverride;
  mkMerge = contents: { _type = "merge"; inherit contents; };
  mkOptionDefault = mkOverride 1500;
  mkDefault = mkOverride 1000;
  mkForce = mkOverride 50;

  mkOption = attributes: attributes // { _type = "option"; };
  mkEnableOption = name: {
    _type = "option";
    type = lib.types.bool;
    default = false;
    example = true;
    description = "Whether to enable ${name}.";
  };

  # What is set under the former name is set under the new one, with a word about it.
  mkRenamedOptionModule = from: to: { options, ... }:
    let
      former = lib.getAttrFromPath from options;
      isSet = former.definitionsWithLocations != [ ];
    in
    {
      options = lib.setAttrByPath from (lib.mkOption {
        type = lib.types.unspecified;
        visible = false;
      });
      config = lib.mkMerge [
        {
          warnings = lib.optional isSet
            "The option `${show from}' defined in `${(head former.definitionsWithLocations).file}' has been renamed to `${show to}'.";
        }
        (lib.setAttrByPath to (mkIf isSet (lib.mkMerge (map ({ value, ... }: value) former.definitionsWithLocations))))
      ];
    };

  # `prefix`: where the configuration lies, for messages.
  evalModules = { modules, specialArgs ? { }, prefix ? [ ] }:
    let
      found = collect ({ inherit lib; inherit (evaluated) config options; } // specialArgs) modules;
      evaluated = evalGroup prefix (map (module: module.options) found) (map ({ file, config, ... }: { inherit file; value = config; }) found);
    in
    {
      inherit (evaluated) options;
      config =
        if evaluated.unknown == [ ] then evaluated.config
        else throw "The option `${show (head evaluated.unknown)}' does not exist.";
    };

  inherit isList;
}
