/** What the operations of file cleanup take and give. */
import * as z from 'zod'
import { CAUSES } from './plan/action.ts'

export const planId = z.string().min(1).max(60).describe('Id of the plan, e.g. plan_01k…')

/** Actions in one answer, unless asked for another number. */
const DEFAULT_LIMIT = 10_000

export const page = {
  limit: z
    .int()
    .min(0)
    .max(100_000)
    .default(DEFAULT_LIMIT)
    .describe('Most actions in this answer; their number is actions_total.'),
  offset: z.int().min(0).default(0).describe('Actions to leave out at the start.'),
}

export const planInput = z.object({
  directory: z
    .string()
    .min(1)
    .max(4096)
    .describe('Full path of the folder to tidy: one of the allowed folders, or one below them.')
    .meta({ title: 'Folder' }),
  dry_run: z
    .boolean()
    .default(true)
    .describe('true: only plan. false: plan and apply that plan at once; it can be undone.'),
  recursive: z
    .boolean()
    .default(false)
    .describe('Tidy the files in ordinary subfolders too. Without it, subfolders stay as they are.')
    .meta({ title: 'Subfolders too' }),
  use_model: z
    .boolean()
    .default(true)
    .describe('Ask a model about the files that no rule matches.')
    .meta({ title: 'Ask a model' }),
  ...page,
})

export const actionSchema = z.object({
  id: z.int().describe('Number of the action in its plan.'),
  file: z.string().describe('Path in the folder. A byte that is not UTF-8 is written \\xNN.'),
  action: z.enum(['move', 'rename', 'skip']),
  destination: z.string().nullable().describe('New path in the folder; null when it stays.'),
  reason: z.string(),
  because: z.enum(CAUSES).describe('The reason as a word to count by.'),
  category: z.string().nullable(),
  size_bytes: z.int(),
  state: z.enum(['planned', 'intent', 'done', 'skipped', 'failed', 'undoing', 'undone']),
  outcome: z.string().nullable().describe('What came of it, when that is not what was planned.'),
  stale: z
    .string()
    .nullable()
    .optional()
    .describe('With check=true: what changed since the plan; null when nothing did.'),
})
export type ActionView = z.output<typeof actionSchema>

const counts = z.record(z.string(), z.int())

const PLAN_STATUSES = ['planned', 'applying', 'stopped', 'applied', 'undoing', 'undone', 'partly-undone'] as const

const headShape = {
  plan_id: z.string(),
  directory: z.string(),
  status: z.enum(PLAN_STATUSES),
  dry_run: z.boolean().describe('true while nothing was moved.'),
  recursive: z.boolean(),
  files_analyzed: z.int(),
  summary: z.object({
    move: z.int(),
    rename: z.int(),
    skip: z.int(),
    done: z.int().describe('Moved and not undone.'),
    failed: z.int(),
    undone: z.int(),
    kept: z.int().describe('Were to be moved and were left, as something changed since the plan.'),
    size_bytes: z.int().describe('Size of the files to be moved.'),
    by_category: counts.describe('Files to be moved, by category.'),
    by_reason: counts.describe('Actions by the word in because.'),
  }),
  engine: z.string().describe('rules, or model when one decided about some of the files.'),
  model: z.string().nullable(),
  notes: z.array(z.string()),
  created_at: z.string(),
  applied_at: z.string().nullable(),
  undone_at: z.string().nullable(),
}

const planHeadSchema = z.object(headShape)
export type PlanHeadView = z.output<typeof planHeadSchema>

export const planSchema = z.object({
  ...headShape,
  actions: z.array(actionSchema),
  actions_total: z
    .int()
    .describe('All actions that fit the question; more than in this answer when the plan is large.'),
  offset: z.int(),
})
export type PlanView = z.output<typeof planSchema>

export const planListSchema = z.object({ plans: z.array(planHeadSchema), total: z.int() })

export const showInput = z.object({
  plan_id: planId,
  action: z.enum(['move', 'rename', 'skip', 'any']).default('any').describe('Only actions of this sort.'),
  check: z.boolean().default(false).describe('Look at each file in the answer and say what changed since the plan.'),
  ...page,
})

export const listInput = z.object({
  limit: z.int().min(1).max(500).default(50).describe('Most plans in the answer, the newest first.'),
  offset: z.int().min(0).default(0).describe('Plans to leave out at the start.'),
})

export const moveInput = z.object({ plan_id: planId, ...page })

export const editInput = z.object({
  plan_id: planId,
  changes: z
    .array(
      z.object({
        id: z.int().min(0).describe('Number of the action in its plan.'),
        destination: z.string().min(1).max(4096).optional().describe('New path in the folder.'),
        exclude: z.boolean().optional().describe('true: the file stays where it is. false: back to what was planned.'),
      }),
    )
    .min(1)
    .max(1000)
    .describe('What to change, by the number of the action.'),
  ...page,
})
