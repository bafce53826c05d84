import type { ActionView, PlanHeadView, PlanView } from '#workflows/file-cleanup/schema.ts'

export type Action = ActionView
export type PlanHead = PlanHeadView
export type Plan = PlanView
