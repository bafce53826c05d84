/** The operations on models: what should be here, what is, and making it so. */
import * as z from 'zod'
import type { AnyOperation, OperationContext } from '../operations/types.ts'
import { defineSystemOperation, type SystemContext } from '../system/context.ts'
import { applyModels } from './apply.ts'
import { desiredModels, type ModelEntry } from './desired.ts'
import { entriesToKeep, listEntries } from './edit.ts'
import { gather } from './gather.ts'
import { pruneModels } from './prune.ts'
import { renderPlan, renderPruned, renderStatus, renderTested } from './render.ts'
import {
  entryOut,
  listSchema,
  planOut,
  planSchema,
  prunedOut,
  prunedSchema,
  statusOut,
  statusSchema,
  testedOut,
  testedSchema,
} from './schemas.ts'
import { modelsStatus } from './status.ts'
import { testModels } from './test-models.ts'
import { type ModelWork, modelWork } from './work.ts'

const PATH = 'ollama.models'

function workOf({ settings, store, now, log, signal, emit, runId }: OperationContext): ModelWork {
  return modelWork({ settings, store, now, log, signal, emit, runId })
}

function entries({ app }: SystemContext) {
  const { current } = app.settingsManager
  // The loader has checked it against the type of the setting.
  const declared = (app.settingsManager.declared(PATH) ?? []) as readonly ModelEntry[]
  const { models } = current.ollama
  return {
    models: listEntries(models, declared).map(entryOut),
    invalid: desiredModels(models, current.ollama).invalid,
  }
}

async function planned(context: OperationContext, checkUpdates: boolean) {
  const { actions, invalid } = await gather(workOf(context), { checkUpdates, measure: true })
  return planOut(actions, invalid, true)
}

async function applied(context: OperationContext, options: { checkUpdates: boolean; dueOnly: boolean }) {
  context.engine({ engine: 'ollama' })
  const done = await applyModels(workOf(context), options)
  return planOut(done, desiredModels(context.settings.ollama.models, context.settings.ollama).invalid, false)
}

const entryInput = z.union([
  z.string().min(1).max(600),
  z.strictObject({
    name: z.string().min(1).max(600),
    auto_update: z.boolean().default(true),
    priority: z.int().min(0).max(100).default(50),
  }),
])

const checkUpdates = z.boolean().default(true).describe('Ask the registries whether there are newer versions')
const dueOnly = z.boolean().default(false).describe('Leave alone what failed a short while ago')
const names = z.array(z.string().min(1).max(600)).max(200).default([])

/** Wanted models, their state, and what changes it. */
export const modelOperations: readonly AnyOperation[] = [
  defineSystemOperation({
    id: 'list_models',
    title: 'Wanted models',
    description: 'The models that this machine should have, in the order of the settings, each with its update policy.',
    http: { method: 'GET', path: '/api/models' },
    scope: 'read',
    recorded: false,
    mutates: false,
    input: z.object({}),
    output: listSchema,
    examples: [{ title: 'All', input: {} }],
    run: (_input, context) => Promise.resolve(entries(context)),
  }),
  defineSystemOperation({
    id: 'set_models',
    title: 'Change the wanted models',
    description:
      'Replaces the list of wanted models. Those that the configuration of the machine declares stay, whether they are given or not. Nothing is pulled or removed by this.',
    http: { method: 'PUT', path: '/api/models' },
    scope: 'admin',
    recorded: false,
    mutates: true,
    input: z.object({
      models: z
        .array(entryInput)
        .max(200)
        .describe('Names such as llama3.2:3b, or objects with name, auto_update and priority (lower is pulled first)'),
    }),
    output: listSchema,
    errors: ['settings-invalid'],
    examples: [
      {
        title: 'Two models',
        input: { models: ['llama3.2:3b', { name: 'qwen2.5-coder:3b', auto_update: false, priority: 10 }] },
      },
    ],
    run: async ({ models }, context) => {
      const { settingsManager } = context.app
      const declared = (settingsManager.declared(PATH) ?? []) as readonly ModelEntry[]
      const edited = models.map((entry): ModelEntry =>
        typeof entry === 'string'
          ? entry
          : { name: entry.name, autoUpdate: entry.auto_update, priority: entry.priority },
      )
      await settingsManager.set(PATH, entriesToKeep(edited, declared), context.principal.name)
      return entries(context)
    },
  }),
  defineSystemOperation({
    id: 'models_status',
    title: 'State of the models',
    description:
      'Every model that is wanted or here: whether it is ready, its size, its last test, its availability and its speed over time; the model folder and its disk.',
    http: { method: 'GET', path: '/api/models/status' },
    cli: {
      command: ['models', 'list'],
      render: renderStatus,
      exitCode: ({ models, unreachable }) =>
        unreachable === null && models.every(({ wanted, state }) => !wanted || state === 'ready') ? 0 : 1,
    },
    scope: 'read',
    recorded: false,
    mutates: false,
    input: z.object({}),
    output: statusSchema,
    examples: [{ title: 'Now', input: {} }],
    run: async (_input, context) =>
      statusOut(await modelsStatus(workOf(context)), context.settings.ollama.diskMonitoring.warnPercent),
  }),
  defineSystemOperation({
    id: 'plan_models',
    title: 'Plan the models',
    description: 'What would be pulled, updated, checked, kept, and what nobody asked for. Changes nothing.',
    http: { method: 'GET', path: '/api/models/plan' },
    cli: { command: ['models', 'plan'], render: renderPlan },
    scope: 'read',
    recorded: false,
    mutates: false,
    input: z.object({ check_updates: checkUpdates }),
    output: planSchema,
    errors: ['no-model-backend', 'backend-error'],
    examples: [{ title: 'Without asking the registries', input: { check_updates: false } }],
    run: ({ check_updates }, context) => planned(context, check_updates),
  }),
  defineSystemOperation({
    id: 'reconcile_models',
    title: 'Bring the models in line',
    description:
      'Compares the wanted models with what is here. By default only says what would be done, which is no run; with dry_run false it does it, as apply_models does.',
    http: { method: 'POST', path: '/api/models/reconcile' },
    scope: 'apply',
    recorded: true,
    mutates: true,
    input: z.object({
      dry_run: z.boolean().default(true).describe('Only say what would be done'),
      check_updates: checkUpdates,
      due_only: dueOnly,
    }),
    looksOnly: ({ dry_run }) => dry_run,
    output: planSchema,
    errors: ['no-model-backend', 'backend-error', 'model-folder', 'conflict'],
    examples: [{ title: 'Only a look', input: { dry_run: true } }],
    run: (input, context) =>
      input.dry_run
        ? planned(context, input.check_updates)
        : applied(context, { checkUpdates: input.check_updates, dueOnly: input.due_only }),
  }),
  defineSystemOperation({
    id: 'apply_models',
    title: 'Get the wanted models',
    description:
      'Pulls what is missing, updates what may be updated, and has each model prove that its files are whole and that it answers. Can be cancelled and goes on where it stopped. Removes nothing that nobody asked for.',
    http: { method: 'POST', path: '/api/models/apply' },
    cli: {
      command: ['models', 'apply'],
      render: renderPlan,
      exitCode: ({ failed, invalid }) => (failed + invalid.length === 0 ? 0 : 1),
    },
    scope: 'apply',
    recorded: true,
    mutates: true,
    input: z.object({ check_updates: checkUpdates, due_only: dueOnly }),
    output: planSchema,
    errors: ['no-model-backend', 'backend-error', 'model-folder', 'conflict'],
    examples: [{ title: 'Everything that is due', input: { due_only: true } }],
    run: (input, context) => applied(context, { checkUpdates: input.check_updates, dueOnly: input.due_only }),
  }),
  defineSystemOperation({
    id: 'test_models',
    title: 'Test the models',
    description: 'Lets each wanted model, or the given ones, answer the test prompt, and keeps how fast it was.',
    http: { method: 'POST', path: '/api/models/test' },
    cli: {
      command: ['models', 'test'],
      positional: ['models'],
      render: renderTested,
      exitCode: ({ failed }) => (failed === 0 ? 0 : 1),
    },
    scope: 'run',
    recorded: true,
    mutates: true,
    input: z.object({
      models: names.describe('Names, separated by commas on the command line; all wanted ones when left out'),
    }),
    output: testedSchema,
    errors: ['no-model-backend', 'backend-busy', 'backend-error'],
    examples: [{ title: 'One model', input: { models: ['llama3.2:3b'] } }],
    run: async ({ models }, context) => {
      context.engine({ engine: 'ollama' })
      return testedOut(await testModels(workOf(context), models))
    },
  }),
  defineSystemOperation({
    id: 'prune_models',
    title: 'Remove models nobody asked for',
    description:
      'Removes models that are not wanted, and says how much space that frees. By default only says what would go, which is no run; wanted models are never removed.',
    http: { method: 'POST', path: '/api/models/prune' },
    cli: { command: ['models', 'prune'], positional: ['models'], render: renderPruned },
    scope: 'apply',
    recorded: true,
    mutates: true,
    input: z.object({
      models: names.describe(
        'Names, separated by commas on the command line; every model that nobody asked for when left out',
      ),
      dry_run: z.boolean().default(true).describe('Only say what would go'),
    }),
    looksOnly: ({ dry_run }) => dry_run,
    output: prunedSchema,
    errors: ['no-model-backend', 'model-not-found', 'conflict', 'backend-error'],
    examples: [{ title: 'What would go', input: { dry_run: true } }],
    run: async ({ models, dry_run }, context) =>
      prunedOut(await pruneModels(workOf(context), models, dry_run), dry_run),
  }),
]
