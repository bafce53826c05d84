/**
 * Where a worker thread's code lies. Run from source, it is the sibling `.ts` file; in the build, which bundles each
 * `*-worker.ts` by itself, it is `dist/workers/<name>.js`.
 * @param base the caller's `import.meta.url`
 * @param sibling path of the worker relative to the caller, e.g. `./scan-worker.ts`
 */
export function workerUrl(base: string, sibling: string): URL {
  if (/\.tsx?$/.test(new URL(base).pathname)) return new URL(sibling, base)
  const name = sibling.slice(sibling.lastIndexOf('/') + 1).replace(/\.ts$/, '.js')
  return new URL(`./workers/${name}`, base)
}
