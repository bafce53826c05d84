/**
 * What a setting can be, as data: a small tagged union that the loader checks values against and from which the JSON Schema,
 * the admin's forms and the Nix options are derived. Only a new *kind* of type touches this file and those readers.
 */

/** A value as it comes from JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export type TypeSpec =
  | { kind: 'bool' }
  | { kind: 'int'; min: number; max: number }
  /** 0 lets the system choose a free port. */
  | { kind: 'port' }
  /**
   * `pattern` is a regular expression for the whole string, without lookahead, since POSIX has to read it too; `says`
   * describes it to a person; `not` are strings that fit it and are refused all the same.
   */
  | { kind: 'str'; pattern?: string; says?: string; not?: readonly string[] }
  /** An http or https address. A string in Nix. */
  | { kind: 'url' }
  /** Absolute once `~/` and `$STATE/` are resolved. `nix: 'str'` where existing machine configs hand over a string. */
  | { kind: 'path'; nix?: 'str' }
  /** systemd time span such as `1h 30min`. */
  | { kind: 'timeSpan' }
  /** systemd calendar event such as `Mon..Fri 02:00`. */
  | { kind: 'onCalendar' }
  /** `HH:MM`, local time. */
  | { kind: 'timeOfDay' }
  | { kind: 'enum'; values: readonly string[] }
  | { kind: 'nullOr'; of: TypeSpec }
  | { kind: 'listOf'; of: TypeSpec }
  | { kind: 'attrsOf'; of: TypeSpec }
  /** The first option that fits. */
  | { kind: 'either'; options: readonly TypeSpec[] }
  | { kind: 'submodule'; fields: Readonly<Record<string, Setting<unknown>>> }

declare const VALUE: unique symbol

/** A type whose values are `T` in TypeScript; the symbol exists for the compiler only. */
export interface Type<T> {
  readonly spec: TypeSpec
  readonly [VALUE]?: T
}

type ValueOf<T> = T extends Type<infer V> ? V : never

function plain<T>(spec: TypeSpec): Type<T> {
  return { spec }
}

/** The types settings are written with. */
export const t = {
  bool: plain<boolean>({ kind: 'bool' }),
  port: plain<number>({ kind: 'port' }),
  str: plain<string>({ kind: 'str' }),
  url: plain<string>({ kind: 'url' }),
  path: plain<string>({ kind: 'path' }),
  /** A path that machine configs write as a string. */
  pathStr: plain<string>({ kind: 'path', nix: 'str' }),
  timeSpan: plain<string>({ kind: 'timeSpan' }),
  onCalendar: plain<string>({ kind: 'onCalendar' }),
  timeOfDay: plain<string>({ kind: 'timeOfDay' }),
  /** @param min smallest value allowed @param max largest value allowed */
  int: (min: number, max: number) => plain<number>({ kind: 'int', min, max }),
  /** @param pattern regular expression for the whole string @param says what it must look like, e.g. `provider:model` */
  strMatching: (pattern: string, says: string) => plain<string>({ kind: 'str', pattern, says }),
  /** Tag of a container image that always means the same image. */
  imageTag: (example: string) =>
    plain<string>({
      kind: 'str',
      pattern: '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}',
      not: ['latest', 'main', 'dev', 'cuda', 'ollama', 'rocm'],
      says: `a pinned version such as ${example}, never latest`,
    }),
  enumOf: <const V extends string>(...values: V[]) => plain<V>({ kind: 'enum', values }),
  nullOr: <T>(of: Type<T>) => plain<T | null>({ kind: 'nullOr', of: of.spec }),
  listOf: <T>(of: Type<T>) => plain<readonly T[]>({ kind: 'listOf', of: of.spec }),
  attrsOf: <T>(of: Type<T>) => plain<Readonly<Record<string, T>>>({ kind: 'attrsOf', of: of.spec }),
  either: <const O extends readonly Type<unknown>[]>(...options: O) =>
    plain<ValueOf<O[number]>>({ kind: 'either', options: options.map((option) => option.spec) }),
  submodule: <F extends Record<string, Setting<unknown>>>(fields: F) => plain<Values<F>>({ kind: 'submodule', fields }),
}

/** What is said about a setting, beside its type and default. */
export interface SettingDoc<T> {
  /** A full sentence for a person. */
  description: string
  example: T
  /** Of a number: `seconds`, `lines`. */
  unit?: string
  /** The value names a file that holds a secret: the path may be shown, the file's content never. */
  secret?: boolean
  /** A change takes effect at the next start of the server only. */
  restart?: boolean
  /** How a value edited in the admin goes together with the one declared in the file or the environment; absent: it replaces it. */
  merge?(declared: T, edited: T): T
}

/** One setting: a leaf of the `hwc.ai` tree, or a field of a submodule. */
export class Setting<T> {
  readonly type: TypeSpec
  /** Undefined for a field that must be given. */
  readonly default: T | undefined
  readonly description: string
  readonly example: T
  readonly unit: string | null
  readonly secret: boolean
  readonly restart: boolean
  /** Without its type: the settings of a tree are of many types, and a setting is handed around as one of any. */
  readonly #doc: { merge?(declared: unknown, edited: unknown): unknown }

  constructor(type: TypeSpec, fallback: T | undefined, doc: SettingDoc<T>) {
    this.type = type
    this.default = fallback
    this.description = doc.description
    this.example = doc.example
    this.unit = doc.unit ?? null
    this.secret = doc.secret ?? false
    this.restart = doc.restart ?? false
    this.#doc = doc
  }

  /** Whether an edited value goes together with a declared one, rather than in its place. */
  get merges(): boolean {
    return this.#doc.merge !== undefined
  }

  /** The value in force when one is declared and another was edited in the admin. */
  combine(declared: unknown, edited: unknown): unknown {
    return this.#doc.merge === undefined ? edited : this.#doc.merge(declared, edited)
  }
}

/** Whether a node of the tree is a setting rather than a group of them. */
export function isSetting(node: unknown): node is Setting<unknown> {
  return node instanceof Setting
}

/** A setting with its default. Paths may begin with `$STATE/`, the folder of the app's state. */
export function setting<T>(type: Type<T>, fallback: NoInfer<T>, doc: SettingDoc<NoInfer<T>>): Setting<T> {
  return new Setting<T>(type.spec, fallback, doc)
}

/** A field of a submodule that has no default. */
export function required<T>(type: Type<T>, doc: SettingDoc<NoInfer<T>>): Setting<T> {
  return new Setting<T>(type.spec, undefined, doc)
}

/** A named part of the tree; one file and one Nix module each. */
export class Section<C> {
  readonly title: string
  readonly description: string
  readonly settings: C

  constructor(title: string, description: string, settings: C) {
    this.title = title
    this.description = description
    this.settings = settings
  }
}

/** The values of a tree of settings. */
export type Values<Tree> = {
  readonly [K in keyof Tree]: Tree[K] extends Setting<infer T>
    ? T
    : Tree[K] extends Section<infer C>
      ? Values<C>
      : Values<Tree[K]>
}
