/** File cleanup: plan, look, apply, undo. */
import { AppError } from '#lib/errors/index.ts'
import { resolveAllowedFolder, type AllowedFolders } from '#lib/files/allowed-folder.ts'
import { defineOperation, type OperationContext, type WorkflowDefinition } from '#lib/operations/types.ts'
import type { Settings } from '#lib/config/index.ts'
import { editPlan } from './edit.ts'
import type { Job, JobResult } from './engine.ts'
import { hostOf, type HostServices } from './host.ts'
import { abandonedPlans } from './journal.ts'
import { askModel } from './model.ts'
import { renderList, renderPlan } from './render.ts'
import {
  editInput,
  listInput,
  moveInput,
  planInput,
  planListSchema,
  planSchema,
  showInput,
  type PlanView,
} from './schema.ts'
import { applyTool, listTool, planTool, showTool, undoTool } from './tool.ts'
import { listPlans, viewPlan, viewSavedPlan, type ViewOptions } from './view.ts'

const settingsOf = (settings: Settings) => settings['local-workflows'].fileCleanup

const allowedBy = (settings: Settings): AllowedFolders => ({
  folders: settingsOf(settings).watchDirs,
  setting: 'local-workflows.fileCleanup.watchDirs',
})

/** A job that somebody asks for. */
type OwnJob = Exclude<Job, { kind: 'recover' }>

/** Passes the steps and figures of a job on to the watchers of the run, and its questions to the model. */
function servicesOf(context: OperationContext): HostServices {
  let step = ''
  return {
    signal: context.signal,
    progress: ({ message, done, total }) => {
      if (message !== step) context.emit({ type: 'step', message })
      step = message
      context.emit({ type: 'progress', done, total, unit: 'files', message })
    },
    askModel: (files, categories) =>
      askModel(
        {
          models: context.models,
          model: settingsOf(context.settings).model,
          signal: context.signal,
          progress: (done) =>
            context.emit({ type: 'progress', done, total: files.length, unit: 'files', message: 'Asking the model' }),
        },
        files,
        categories,
      ),
  }
}

/**
 * Finishes what processes that died left half done, before another job looks at those files: for a moment a file that is being moved
 * has two names, and what is planned or moved then would keep both. A plan that is to be moved itself is finished with that.
 */
async function finishInterrupted(context: OperationContext, job: OwnJob): Promise<void> {
  const left = await abandonedPlans(context.store)
  if (left.length === 0 || (job.kind !== 'plan' && left.some(({ id }) => id === job.planId))) return
  await hostOf(context.store).run({ kind: 'recover', allowed: job.allowed }, servicesOf(context))
}

async function runJob(context: OperationContext, job: OwnJob): Promise<JobResult> {
  await finishInterrupted(context, job)
  const result = await hostOf(context.store).run(job, servicesOf(context))
  const moves = job.kind !== 'plan' || job.apply
  if (!moves || !context.signal.aborted || result.planId === null) return result
  throw new AppError('cancelled', 'The cleanup was stopped after the files that were moved whole.', {
    hint: `hwc-ai cleanup apply ${result.planId} goes on; hwc-ai cleanup undo ${result.planId} takes it back.`,
    details: { plan_id: result.planId },
  })
}

async function answer(context: OperationContext, { planId, made }: JobResult, options: ViewOptions): Promise<PlanView> {
  const plan = made === null ? await viewPlan(context.store, planId ?? '', options) : viewSavedPlan(made, options)
  context.engine(plan.model === null ? { engine: 'rules' } : { engine: context.models.id, model: plan.model })
  return plan
}

const mayApply = ({ principal }: OperationContext) =>
  principal.scopes.some((scope) => scope === 'apply' || scope === 'admin')

const planOperation = defineOperation({
  id: 'plan_file_cleanup',
  title: 'Plan a cleanup',
  description:
    'Looks at the files of a folder and says where each would go and why: by rules on their real content, then by a model for the rest. With dry_run, the default, nothing is moved; show the plan to the person, then apply it with apply_file_cleanup. Never deletes or replaces anything. Not for reading files or searching. Bytes of a path that are not UTF-8 are written \\xNN.',
  http: { method: 'POST', path: '/api/workflows/cleanup' },
  cli: { command: ['cleanup', 'plan'], positional: ['directory'], render: renderPlan },
  scope: 'run',
  recorded: true,
  mutates: true,
  input: planInput,
  output: planSchema,
  errors: [
    'path-not-allowed',
    'path-not-found',
    'not-a-directory',
    'path-not-readable',
    'rules-invalid',
    'forbidden',
    'disk-full',
  ],
  examples: [
    { title: 'See what would happen to the downloads', input: { directory: '/home/eric/Downloads' } },
    {
      title: 'Subfolders too, by rules alone',
      input: { directory: '/home/eric/Downloads', recursive: true, use_model: false },
    },
  ],
  tool: planTool,
  run: async (input, context) => {
    if (!input.dry_run && !mayApply(context))
      throw new AppError('forbidden', 'This key may plan a cleanup but not apply it.', {
        hint: 'Leave dry_run at true, or use a key with the scope apply.',
      })
    const { settings } = context
    const from = context.principal.kind === 'local' ? process.cwd() : null
    const allowed = allowedBy(settings)
    const result = await runJob(context, {
      kind: 'plan',
      directory: resolveAllowedFolder(input.directory, allowed, from),
      recursive: input.recursive,
      rulesDir: settingsOf(settings).rulesDir,
      askModel: input.use_model,
      apply: !input.dry_run,
      allowed,
    })
    return answer(context, result, input)
  },
})

const failed = (plan: PlanView) => (plan.summary.failed > 0 || plan.status === 'stopped' ? 1 : 0)

const applyOperation = defineOperation({
  id: 'apply_file_cleanup',
  title: 'Apply a cleanup plan',
  description:
    'Moves the files exactly as the plan says. Files that changed since the plan, or are in use, stay where they are with the reason. Nothing is deleted or replaced, and undo_file_cleanup takes it all back. Ask the person before.',
  http: { method: 'POST', path: '/api/workflows/cleanup/:plan_id/apply' },
  cli: { command: ['cleanup', 'apply'], positional: ['plan_id'], render: renderPlan, exitCode: failed },
  scope: 'apply',
  recorded: true,
  mutates: true,
  input: moveInput,
  output: planSchema,
  errors: ['not-found', 'plan-state', 'plan-stale', 'path-not-allowed', 'disk-full'],
  examples: [{ title: 'Apply a plan', input: { plan_id: 'plan_01kb3m7q0zr5x8w2tn9v' } }],
  tool: applyTool,
  run: async (input, context) => {
    const result = await runJob(context, {
      kind: 'apply',
      planId: input.plan_id,
      allowed: allowedBy(context.settings),
    })
    return answer(context, result, input)
  },
})

const undoOperation = defineOperation({
  id: 'undo_file_cleanup',
  title: 'Undo a cleanup',
  description:
    'Moves the files of an applied plan back to where they were and removes the folders it made, if they are empty. Files that changed since then stay, with the reason.',
  http: { method: 'POST', path: '/api/workflows/cleanup/:plan_id/undo' },
  cli: {
    command: ['cleanup', 'undo'],
    positional: ['plan_id'],
    render: renderPlan,
    exitCode: (plan) => (plan.status === 'undone' ? 0 : 1),
  },
  scope: 'apply',
  recorded: true,
  mutates: true,
  input: moveInput,
  output: planSchema,
  errors: ['not-found', 'plan-state', 'plan-stale', 'path-not-allowed', 'disk-full'],
  examples: [{ title: 'Take a cleanup back', input: { plan_id: 'plan_01kb3m7q0zr5x8w2tn9v' } }],
  tool: undoTool,
  run: async (input, context) => {
    const result = await runJob(context, {
      kind: 'undo',
      planId: input.plan_id,
      allowed: allowedBy(context.settings),
    })
    return answer(context, result, input)
  },
})

const showOperation = defineOperation({
  id: 'get_file_cleanup',
  title: 'Show a cleanup plan',
  description:
    'A plan with its actions and what came of each, a page at a time; with check=true also what changed in the folder since.',
  http: { method: 'GET', path: '/api/workflows/cleanup/:plan_id' },
  cli: { command: ['cleanup', 'show'], positional: ['plan_id'], render: renderPlan },
  scope: 'read',
  recorded: false,
  mutates: false,
  input: showInput,
  output: planSchema,
  errors: ['not-found'],
  examples: [
    { title: 'The first hundred moves', input: { plan_id: 'plan_01kb3m7q0zr5x8w2tn9v', action: 'move', limit: 100 } },
  ],
  tool: showTool,
  run: (input, context) => viewPlan(context.store, input.plan_id, input),
})

const listOperation = defineOperation({
  id: 'list_file_cleanups',
  title: 'List cleanup plans',
  description: 'The plans there are, the newest first, with their figures but without their actions.',
  http: { method: 'GET', path: '/api/workflows/cleanup' },
  cli: { command: ['cleanup', 'list'], render: renderList },
  scope: 'read',
  recorded: false,
  mutates: false,
  input: listInput,
  output: planListSchema,
  examples: [{ title: 'The latest ten', input: { limit: 10 } }],
  tool: listTool,
  run: ({ limit, offset }, context) => listPlans(context.store, limit, offset),
})

const editOperation = defineOperation({
  id: 'edit_file_cleanup',
  title: 'Change a cleanup plan',
  description:
    'Before a plan is applied: gives files another destination, or leaves them out. All changes are made, or none when one is not possible.',
  http: { method: 'PATCH', path: '/api/workflows/cleanup/:plan_id' },
  scope: 'run',
  recorded: false,
  mutates: true,
  input: editInput,
  output: planSchema,
  errors: ['not-found', 'plan-state'],
  examples: [
    {
      title: 'One file elsewhere, one left out',
      input: {
        plan_id: 'plan_01kb3m7q0zr5x8w2tn9v',
        changes: [
          { id: 0, destination: 'Taxes/2026/invoice.pdf' },
          { id: 3, exclude: true },
        ],
      },
    },
  ],
  run: async (input, context) => {
    await editPlan(context.store, input.plan_id, input.changes)
    return viewPlan(context.store, input.plan_id, input)
  },
})

export const fileCleanup: WorkflowDefinition = {
  id: 'file-cleanup',
  statusKey: 'file_cleanup',
  title: 'File cleanup',
  description: 'Tidies a folder by what its files are; you see the plan first and can take it back.',
  page: '/cleanup',
  model: 'optional',
  needs: ['chat', 'json-output'],
  mutates: true,
  main: 'plan_file_cleanup',
  operations: [planOperation, applyOperation, undoOperation, showOperation, listOperation, editOperation],
  configured: (settings) => {
    const { enable, model, schedule, watchDirs, dryRun } = settingsOf(settings)
    return {
      enabled: enable,
      model,
      schedules: watchDirs.map((directory) => ({
        enabled: enable,
        onCalendar: schedule,
        input: { directory, dry_run: dryRun },
      })),
    }
  },
  recover: async ({ settings, store, log }) => {
    const unfinished = await store.db
      .selectFrom('cleanup_plans')
      .select('id')
      .where('status', 'in', ['applying', 'undoing'])
      .executeTakeFirst()
    if (unfinished === undefined) return
    const services: HostServices = {
      signal: new AbortController().signal,
      progress: () => undefined,
      askModel: () => Promise.resolve({ categories: null, why: 'recovery asks no model' }),
    }
    const { failures } = await hostOf(store).run({ kind: 'recover', allowed: allowedBy(settings) }, services)
    for (const failure of failures) log.error('A cleanup that was interrupted could not be finished.', { ...failure })
    if (failures.length === 0) log.info('Finished the cleanups that were interrupted.')
  },
}
