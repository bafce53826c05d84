/** Rebuilds of a NixOS machine: the generations of its system profile, and what the rebuilds said in the journal. */
import { lstatSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { isSystemError } from '#lib/errors/index.ts'
import { systemdJournal } from './systemd-journal.ts'
import { unavailable, type LogSource, type OnRecord, type ReadWindow } from './types.ts'

const PROFILES = '/nix/var/nix/profiles'
/** Who writes about a rebuild: the switch script, the automatic upgrade, and the unit `nixos-rebuild` runs itself in. */
const MATCHES = [
  'SYSLOG_IDENTIFIER=nixos',
  '+',
  'SYSLOG_IDENTIFIER=nixos-rebuild',
  '+',
  '_SYSTEMD_UNIT=nixos-upgrade.service',
  '+',
  '_SYSTEMD_UNIT=nixos-rebuild-switch-to-configuration.service',
]

export interface NixosOptions {
  profiles?: string
  journal?: LogSource
}

export function nixosRebuilds({
  profiles = PROFILES,
  journal = systemdJournal({ args: MATCHES }),
}: NixosOptions = {}): LogSource {
  return {
    id: 'nixos-rebuilds',
    title: 'NixOS rebuilds',
    async read(window, onRecord, context) {
      const generations = listGenerations(profiles)
      if (generations === null)
        return unavailable(`There are no system generations in ${profiles}: this is no NixOS machine.`)
      for (const generation of generations) handOver(generation, window, onRecord)
      const lines = await journal.read(window, onRecord, context)
      if (lines.state !== 'unavailable') return lines
      return {
        state: 'partly',
        reason: `Generations were read, what the rebuilds said was not: ${lines.reason ?? ''}`,
        cursor: null,
      }
    },
  }
}

interface Generation {
  number: number
  at: number
  target: string
  path: string
}

function listGenerations(profiles: string): Generation[] | null {
  let names: string[]
  try {
    names = readdirSync(profiles)
  } catch {
    return null
  }
  const generations = names.flatMap((name) => {
    const number = /^system-(\d+)-link$/.exec(name)?.[1]
    return number === undefined ? [] : readGeneration(join(profiles, name), Number(number))
  })
  return generations.length === 0 ? null : generations.sort((a, b) => a.number - b.number)
}

/** None when it is gone again: old generations are removed at any time. */
function readGeneration(path: string, number: number): Generation[] {
  try {
    return [{ number, at: lstatSync(path).mtimeMs, target: readlinkSync(path), path }]
  } catch (error) {
    if (isSystemError(error)) return []
    throw error
  }
}

function handOver(generation: Generation, window: ReadWindow, onRecord: OnRecord): void {
  if (generation.at <= window.from.getTime() || generation.at > window.to.getTime()) return
  const buffer = Buffer.from(`system generation ${generation.number} was built: ${generation.target}`)
  const { at, path } = generation
  onRecord({
    buffer,
    start: 0,
    end: buffer.length,
    at: () => at,
    severity: 5,
    talker: 'system profile',
    reference: () => path,
  })
}
