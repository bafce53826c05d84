import { openWebui } from '../live/open-webui.mjs'

/** Runs a tier with the program of a real Open WebUI in the environment, or as it is without one. Tests start it themselves. */
export function withOpenWebui(context, run) {
  const program = openWebui.find()
  return run(program ? { ...context, env: { ...context.env, HWC_AI_TEST_OPEN_WEBUI: program } } : context)
}
