/** Names every TypeScript or JavaScript program may use without defining them. */
const TYPES =
  'Promise PromiseLike Record Partial Required Readonly ReadonlyArray ReadonlyMap ReadonlySet Pick Omit Exclude Extract NonNullable Parameters ReturnType InstanceType Awaited ' +
  'Iterable Iterator AsyncIterable AsyncIterator Generator AsyncGenerator ArrayLike PropertyKey Uppercase Lowercase Capitalize Uncapitalize'
const VALUES =
  'undefined arguments require module exports __dirname __filename window document HTMLElement expect describe it test'

export const BUILT_IN: ReadonlySet<string> = new Set([
  ...Object.getOwnPropertyNames(globalThis),
  ...TYPES.split(' '),
  ...VALUES.split(' '),
])
