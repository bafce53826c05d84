import type { Settings } from '#lib/config/index.ts'

/** What would surprise someone who builds the machine that these settings describe. */
export function exportNotes(settings: Settings): string[] {
  const { enable, 'local-workflows': workflows } = settings
  const off = [...(enable ? [] : ['hwc.ai.enable']), ...(workflows.enable ? [] : ['hwc.ai.local-workflows.enable'])]
  if (off.length === 0) return []
  const commands = off.map((option) => `hwc-ai settings set ${option.replace('hwc.ai.', '')} true`)
  return [
    `${off.join(' and ')} ${off.length === 1 ? 'is' : 'are'} off, so the machine would not run ${enable ? 'this app' : 'any of this'}. To have it run: ${commands.join('; ')}`,
  ]
}
