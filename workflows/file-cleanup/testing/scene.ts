/** A folder, a store and an engine for one test. */
import { deepStrictEqual } from 'node:assert'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { realDisk, type Disk } from '#lib/files/disk.ts'
import { openStore, type Store } from '#lib/store/index.ts'
import { movePlan, recoverPlans, type MoveOptions } from '../apply/job.ts'
import { CleanupEngine, type EngineServices } from '../engine.ts'
import type { PlanView } from '../schema.ts'
import { viewPlan, viewSavedPlan } from '../view.ts'
import { contents, snapshot, type Snapshot } from './snapshot.ts'

export interface PlanAsk {
  recursive?: boolean
  rulesDir?: string
  askModel?: EngineServices['askModel']
}

const noModel: EngineServices['askModel'] = () => Promise.resolve({ categories: null, why: 'no model answers' })

const WHOLE = { limit: 100_000, offset: 0 }

export class Scene implements Disposable {
  readonly home = mkdtempSync(join(tmpdir(), 'hwc-ai-cleanup-'))
  readonly root = join(this.home, 'folder')
  readonly storeFile = join(this.home, 'store.sqlite')
  readonly store: Store

  constructor() {
    mkdirSync(this.root)
    this.store = openStore(this.storeFile)
  }

  snapshot(): Snapshot {
    return snapshot(this.root)
  }

  contents(): Record<string, number> {
    return contents(this.snapshot())
  }

  async plan(ask: PlanAsk = {}): Promise<PlanView> {
    const services = { progress: () => undefined, isCancelled: () => false, askModel: ask.askModel ?? noModel }
    const { planId, made } = await new CleanupEngine(this.store).run(
      {
        kind: 'plan',
        directory: this.root,
        recursive: ask.recursive ?? false,
        rulesDir: ask.rulesDir ?? null,
        askModel: true,
        apply: false,
        allowed: this.options().allowed,
      },
      services,
    )
    const stored = await this.view(planId ?? '')
    // What is answered about a plan in hand must be what anyone reads of it afterwards.
    if (made !== null) deepStrictEqual(viewSavedPlan(made, WHOLE), stored)
    return stored
  }

  view(planId: string): Promise<PlanView> {
    return viewPlan(this.store, planId, WHOLE)
  }

  options(disk: Disk = realDisk, store: Store = this.store): MoveOptions {
    return {
      store,
      disk,
      allowed: { folders: [this.root], setting: 'test' },
      now: () => new Date(),
      progress: () => false,
    }
  }

  async apply(planId: string, disk?: Disk): Promise<PlanView> {
    await movePlan(planId, 'apply', this.options(disk))
    return this.view(planId)
  }

  async undo(planId: string, disk?: Disk): Promise<PlanView> {
    await movePlan(planId, 'undo', this.options(disk))
    return this.view(planId)
  }

  /** Leaves a plan as a process that died at work on it does. */
  async died(planId: string, direction: 'apply' | 'undo'): Promise<void> {
    const status = direction === 'apply' ? 'applying' : 'undoing'
    await this.store.db
      .updateTable('cleanup_plans')
      .set({ status, owner: '1:0:otherboot' })
      .where('id', '=', planId)
      .execute()
  }

  /** What a start of the server does. */
  async recover(disk?: Disk): Promise<void> {
    await recoverPlans(this.options(disk), (_, error) => {
      throw error
    })
  }

  [Symbol.dispose](): void {
    void this.store.close()
    rmSync(this.home, { recursive: true, force: true })
  }
}
