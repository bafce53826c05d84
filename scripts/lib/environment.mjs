/** This process's environment without the person's own settings of the app: tests bring theirs. */
export function cleanEnvironment() {
  const own = ([name]) => name.startsWith('HWC_AI_') && name !== 'HWC_AI_CACHE_DIR'
  return Object.fromEntries(Object.entries(process.env).filter((entry) => !own(entry)))
}
