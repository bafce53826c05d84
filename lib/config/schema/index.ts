/**
 * The settings of the app: the `hwc.ai` tree. Each setting is one entry in its section's file; its type in TypeScript, its
 * check, its JSON Schema, its form and its Nix option all come from that entry.
 */
import { agent } from './agent.ts'
import { cloud } from './cloud.ts'
import { health } from './health.ts'
import { localWorkflows } from './local-workflows.ts'
import { mcp } from './mcp.ts'
import { ollama } from './ollama.ts'
import { openWebui } from './open-webui.ts'
import { router } from './router.ts'
import { isSetting, Section, setting, t } from './types.ts'
import type { Setting, TypeSpec, Values } from './types.ts'

export const TREE = {
  enable: setting(t.bool, false, { description: 'Whether this machine offers any of the AI services.', example: true }),
  ollama,
  'open-webui': openWebui,
  'local-workflows': localWorkflows,
  mcp,
  cloud,
  router,
  health,
  agent,
}

/** Every value of the `hwc.ai` tree, resolved and checked. */
export type Settings = Values<typeof TREE>

/** One setting as documents, forms and exports see it. */
export interface SettingInfo {
  /** e.g. `local-workflows.api.port`. */
  path: string
  type: TypeSpec
  default: unknown
  unit: string | null
  description: string
  example: unknown
  secret: boolean
  restart: boolean
}

/** Whether a node of the tree holds further settings. */
function isGroup(node: unknown): node is Readonly<Record<string, unknown>> {
  return typeof node === 'object' && node !== null && !isSetting(node) && !(node instanceof Section)
}

/** The settings and groups directly below a node, or null for a setting. */
export function childrenOf(node: unknown): Readonly<Record<string, unknown>> | null {
  const inner: unknown = node instanceof Section ? node.settings : node
  return isGroup(inner) ? inner : null
}

function* walk(node: unknown, path: string): Generator<[string, Setting<unknown>]> {
  if (isSetting(node)) {
    yield [path, node]
    return
  }
  for (const [name, child] of Object.entries(childrenOf(node) ?? {}))
    yield* walk(child, path === '' ? name : `${path}.${name}`)
}

/** Every setting of the tree by its path, in the order of the files. */
export const SETTINGS: ReadonlyMap<string, Setting<unknown>> = new Map(walk(TREE, ''))

function info(path: string, entry: Setting<unknown>): SettingInfo {
  const { type, unit, description, example, secret, restart } = entry
  return { path, type, default: entry.default, unit, description, example, secret, restart }
}

/** Every setting, in the order of the files. Defaults may hold the placeholder `$STATE/`. */
export function listSettings(): SettingInfo[] {
  return [...SETTINGS].map(([path, entry]) => info(path, entry))
}

/** One setting, or undefined when there is none at that path. */
export function describeSetting(path: string): SettingInfo | undefined {
  const entry = SETTINGS.get(path)
  return entry && info(path, entry)
}

/** The sections with their title and description, for headings. */
export function listSections(): { name: string; title: string; description: string }[] {
  return Object.entries(TREE).flatMap(([name, node]) =>
    node instanceof Section ? [{ name, title: node.title, description: node.description }] : [],
  )
}
