/** Health over HTTP and on the command line. */
import * as z from 'zod'
import { AppError } from '../errors/index.ts'
import type { AnyOperation } from '../operations/types.ts'
import { defineSystemOperation, type SystemContext } from '../system/context.ts'
import { didYouMean } from '../text/nearest.ts'
import { type CheckBars, incidentPage, readBars, readIncidents, readPoints } from './read.ts'
import { renderChecks, renderDoctor, renderIncidents } from './render.ts'
import type { CheckReport } from './report.ts'
import {
  checkSchema,
  checkWithBarsSchema,
  checkWithStripsSchema,
  incidentSchema,
  pointSchema,
  shownBars,
  shownCheck,
  shownIncident,
  shownPoint,
  shownStrips,
  statusSchema,
  stripEnds,
} from './schema.ts'
import { readStrips } from './strips.ts'
import { healthTool } from './tool.ts'
import { type Status, STATUSES } from './types.ts'

const DAY_MS = 86_400_000
const checkId = z.string().min(1).max(128).describe('Id of the check').meta({ example: 'ollama' })
const NO_BARS: CheckBars = { hours: [], days: [] }

function worst(checks: readonly { status: Status }[]): Status {
  return STATUSES.toReversed().find((status) => checks.some((check) => check.status === status)) ?? 'ok'
}

async function reportWithStrips({ app, store, now }: SystemContext, wanted: (report: CheckReport) => boolean) {
  const reports = (await app.health.list()).filter(wanted)
  const ids = reports.map(({ id }) => id)
  const { checks, hoursEnd, daysEnd } = await readStrips(store, ids, now())
  return {
    checks: reports.map((report) => shownStrips(report, checks.get(report.id))),
    ends: { hours_end: hoursEnd, days_end: daysEnd },
  }
}

function unknownCheck(id: string, known: readonly CheckReport[]): AppError {
  const ids = known.map((report) => report.id)
  return new AppError('not-found', `There is no check "${id}".${didYouMean(id, ids)}`, {
    hint: 'GET /api/health/checks and `hwc-ai health` list them all; one that the settings switch off is not there.',
  })
}

export const healthOperations: readonly AnyOperation[] = [
  defineSystemOperation({
    id: 'get_readiness',
    title: 'Readiness',
    description: 'Answers 200 when the server can do its work: the settings are loaded and the database can be read.',
    http: { method: 'GET', path: '/api/health/ready' },
    scope: 'public',
    recorded: false,
    mutates: false,
    input: z.object({}),
    output: z.object({ status: z.literal('ready') }),
    errors: ['store-busy'],
    examples: [{ title: 'Readiness', input: {} }],
    run: async (_input, { store }) => {
      await store.db
        .selectFrom('facts')
        .select('name')
        .limit(1)
        .execute()
        .catch((cause: unknown) => {
          const hint = '`hwc-ai doctor` says more.'
          throw new AppError('store-busy', 'The database cannot be read.', { cause, hint, retryAfterSeconds: 5 })
        })
      return { status: 'ready' as const }
    },
  }),
  defineSystemOperation({
    id: 'list_health_checks',
    title: 'Health',
    description:
      'Every check with its state, what was expected beside what is, what to do, and how it did in the last 24 hours and 90 days.',
    http: { method: 'GET', path: '/api/health/checks' },
    cli: { command: ['health'], render: ({ checks }) => renderChecks(checks) },
    scope: 'read',
    recorded: false,
    mutates: false,
    input: z.object({}),
    output: z.object({
      status: statusSchema.describe('The worst state of all'),
      checks: z.array(checkWithStripsSchema),
      ...stripEnds,
      open_incidents: z.array(incidentSchema),
    }),
    examples: [{ title: 'Health', input: {} }],
    tool: healthTool,
    run: async (_input, context) => {
      const { checks, ends } = await reportWithStrips(context, () => true)
      // At most one of each check is open.
      const open = await readIncidents(context.store, { open: true, limit: -1 })
      return { status: worst(checks), checks, ...ends, open_incidents: open.map(shownIncident) }
    },
  }),
  defineSystemOperation({
    id: 'get_health_check',
    title: 'Show a check',
    description: 'One check with its single results of the last 24 hours, its days and its incidents.',
    http: { method: 'GET', path: '/api/health/checks/:check_id' },
    cli: { command: ['health', 'show'], positional: ['check_id'] },
    scope: 'read',
    recorded: false,
    mutates: false,
    input: z.object({ check_id: checkId }),
    output: z.object({
      check: checkWithBarsSchema,
      points: z.array(pointSchema).describe('Every result of the last 24 hours, oldest first'),
      incidents: z.array(incidentSchema).describe('The newest first, at most 50'),
    }),
    errors: ['not-found'],
    examples: [],
    run: async ({ check_id }, context) => {
      const { app, store, now } = context
      const { checks } = await reportWithStrips(context, ({ id }) => id === check_id)
      const [known] = checks
      if (known === undefined) throw unknownCheck(check_id, await app.health.list())
      const bars = await readBars(store, [check_id], now())
      const check = { ...known, ...shownBars(bars.get(check_id) ?? NO_BARS) }
      const points = await readPoints(store, check_id, new Date(now().getTime() - DAY_MS))
      const incidents = await readIncidents(store, { checkId: check_id, limit: 50 })
      return { check, points: points.map(shownPoint), incidents: incidents.map(shownIncident) }
    },
  }),
  defineSystemOperation({
    id: 'run_health_checks',
    title: 'Check now',
    description:
      'Runs all checks, or one, now and says what was found. Asked of the server, the results count like its own; on the command line it needs no server.',
    http: { method: 'POST', path: '/api/health/checks/run' },
    cli: {
      command: ['doctor'],
      positional: ['check_id'],
      render: ({ checks }) => renderDoctor(checks),
      exitCode: ({ status }) => (status === 'down' ? 1 : 0),
    },
    scope: 'run',
    recorded: false,
    mutates: false,
    input: z.object({
      check_id: checkId.optional().describe('Only this check'),
      reach: z.boolean().default(false).describe('Also ask cloud providers whether they take the key'),
    }),
    output: z.object({ status: statusSchema.describe('The worst that was found'), checks: z.array(checkSchema) }),
    errors: ['not-found'],
    examples: [{ title: 'Everything', input: {} }],
    run: async ({ check_id, reach }, { app }) => {
      const reports = await app.health.runNow(check_id ?? null, reach)
      if (check_id !== undefined && reports.length === 0) throw unknownCheck(check_id, await app.health.list())
      // What was found now, not the state in force, is what is asked for here.
      const checks = reports.map((report) => ({
        ...shownCheck(report),
        status: report.status,
        last_status: report.status,
      }))
      return { status: worst(checks), checks }
    },
  }),
  defineSystemOperation({
    id: 'list_health_incidents',
    title: 'Incidents',
    description: 'What was not well, when and for how long, newest first. Use `before` with the last id to read on.',
    http: { method: 'GET', path: '/api/health/incidents' },
    cli: { command: ['health', 'incidents'], render: renderIncidents },
    scope: 'read',
    recorded: false,
    mutates: false,
    input: z.object({
      check_id: checkId.optional().describe('Only incidents of this check'),
      open: z.boolean().default(false).describe('Only those that are not over'),
      over: z.boolean().default(false).describe('Only those that are over'),
      before: z.string().max(64).optional().describe('Only incidents older than this id'),
      limit: z.int().min(1).max(500).default(50).describe('Most incidents to return'),
    }),
    output: z.object({
      incidents: z.array(incidentSchema),
      older: z.string().nullable().describe('What to give as `before` for older ones; null when there are none'),
    }),
    examples: [{ title: 'What is wrong now', input: { open: true } }],
    run: async ({ check_id, open, over, before, limit }, { store }) => {
      const { incidents, older } = await incidentPage(store, { checkId: check_id, open, over, before, limit })
      return { incidents: incidents.map(shownIncident), older }
    },
  }),
  defineSystemOperation({
    id: 'test_notifier',
    title: 'Test a notifier',
    description: 'Sends a test message to one of the notifiers in the settings and says whether it was taken.',
    http: { method: 'POST', path: '/api/health/notifiers/test' },
    cli: {
      command: ['health', 'test-notifier'],
      positional: ['notifier'],
      render: ({ taken, reason }) => (taken ? 'The message was taken.' : `The message was not taken: ${reason ?? ''}`),
      exitCode: ({ taken }) => (taken ? 0 : 1),
    },
    scope: 'admin',
    recorded: false,
    mutates: false,
    input: z.object({ notifier: z.string().min(1).max(128).describe('Its name in health.notifiers') }),
    output: z.object({ taken: z.boolean(), reason: z.string().nullable().describe('Why it was not taken') }),
    errors: ['not-found'],
    examples: [],
    run: async ({ notifier }, { app, settings, signal }) => {
      const target = settings.health.notifiers[notifier]
      if (target === undefined)
        throw new AppError(
          'not-found',
          `There is no notifier "${notifier}".${didYouMean(notifier, Object.keys(settings.health.notifiers))}`,
          {
            hint: 'Notifiers are set in hwc.ai.health.notifiers.',
          },
        )
      const reason = await app.health.testNotifier(target, signal)
      return { taken: reason === null, reason }
    },
  }),
  defineSystemOperation({
    id: 'get_public_status',
    title: 'Public status',
    description:
      'The state of the checks that are chosen to be public, and nothing else; only where the settings allow it.',
    http: { method: 'GET', path: '/api/status' },
    scope: 'public',
    recorded: false,
    mutates: false,
    input: z.object({}),
    output: z.object({
      status: statusSchema,
      checks: z.array(
        checkWithStripsSchema.pick({
          id: true,
          title: true,
          status: true,
          since: true,
          uptime_24h: true,
          uptime_90d: true,
          days: true,
        }),
      ),
      days_end: stripEnds.days_end,
    }),
    errors: ['not-found'],
    examples: [],
    run: async (_input, context) => {
      if (!context.settings.health.publicStatus)
        throw new AppError('not-found', 'There is no public status page here.', {
          hint: 'hwc.ai.health.publicStatus switches it on.',
        })
      const { checks, ends } = await reportWithStrips(context, (report) => report.public)
      return {
        status: worst(checks),
        days_end: ends.days_end,
        checks: checks.map(({ id, title, status, since, uptime_24h, uptime_90d, days }) => ({
          id,
          title,
          status,
          since,
          uptime_24h,
          uptime_90d,
          days,
        })),
      }
    },
  }),
]
