// The order of a verification: programs are installed while the project is built and checked, then the tiers run.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { buildApp } from '../lib/build-app.mjs'
import { ensureDependencies } from '../lib/deps.mjs'
import { cleanEnvironment } from '../lib/environment.mjs'
import { findPrograms, installPrograms } from '../live/install-programs.mjs'
import { failed, passed, skipped, sum } from './outcome.mjs'
import { tiers } from './tiers.mjs'

const shownCharacters = 20_000

async function timed(title, work) {
  const start = performance.now()
  let outcome
  try {
    outcome = await work()
  } catch (error) {
    outcome = failed(error.stack ?? String(error))
  }
  const counts = `${outcome.passed} passed, ${outcome.failed} failed, ${outcome.skipped} skipped`
  console.log(`[verify] ${title}: ${counts} (${((performance.now() - start) / 1000).toFixed(1)} s)`)
  const explains = outcome.failed > 0 || (outcome.passed === 0 && outcome.skipped > 0)
  if (explains && outcome.output) console.log(stripVTControlCharacters(outcome.output).slice(-shownCharacters))
  return outcome
}

/** The programs themselves are counted: on a build machine a missing one is a fault, for a newcomer a gap. */
async function programsOutcome(installed, strict) {
  const results = await installed
  const missing = results.filter(({ found }) => !found)
  const output = missing.map(({ id, reason }) => `${id}: ${reason}`).join('\n')
  const count = { failed: strict ? missing.length : 0, skipped: strict ? 0 : missing.length }
  return { passed: results.length - missing.length, ...count, output }
}

async function runTier(tier, context) {
  const missing = (tier.needs ?? []).filter((id) => !context.programs.find((program) => program.id === id)?.found)
  if (missing.length === 0) return tier.run(context)
  const reason = `needs ${missing.join(' and ')}, which \`npm run verify -- --live\` installs`
  return context.strict ? failed(reason) : skipped(reason)
}

/** Deps and build come first; when they fail nothing after them says anything, so nothing after them runs. */
async function prepare(chosen) {
  const prepared = await timed('dependencies', async () => {
    await ensureDependencies()
    return passed()
  })
  if (prepared.failed > 0 || !chosen.some(({ built }) => built)) return [prepared]
  const built = await timed('build', async () => {
    await buildApp()
    return passed()
  })
  return [prepared, built]
}

/**
 * @param {{strict: boolean, only?: string[]}} options `strict`: install what is missing, and fail where that fails
 * @returns {Promise<{passed: number, failed: number, skipped: number}>}
 */
export async function verify({ strict, only }) {
  const chosen = tiers.filter(({ name }) => !only || only.includes(name))
  const unknown = (only ?? []).filter((name) => !tiers.some((tier) => tier.name === name))
  if (unknown.length > 0) {
    console.error(`no such tier: ${unknown.join(', ')}; there are ${tiers.map(({ name }) => name).join(', ')}`)
    return failed()
  }
  const waits = chosen.some((tier) => tier.waits)
  const installing = waits ? (strict ? installPrograms() : Promise.resolve(findPrograms())) : undefined
  const outcomes = await prepare(chosen)
  if (sum(outcomes).failed > 0) return sum(outcomes)
  const folder = mkdtempSync(join(tmpdir(), 'hwc-ai-verify-'))
  const context = { env: cleanEnvironment(), folder, strict, programs: [] }
  try {
    for (const tier of chosen) {
      if (tier.waits && context.programs.length === 0) {
        outcomes.push(await timed('real programs', () => programsOutcome(installing, strict)))
        context.programs = await installing
      }
      outcomes.push(await timed(tier.title, () => runTier(tier, context)))
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return sum(outcomes)
}
