import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { registry } from '#lib/core/registry.ts'
import { doneAnswer } from '#lib/tools/answer.ts'
import { toolsOf } from '#lib/tools/list.ts'
import { MAX_ANSWER_BYTES } from '#lib/tools/small.ts'
import type { PlanView } from './schema.ts'
import { Scene } from './testing/scene.ts'
import { viewPlan } from './view.ts'

const FILES = 3000
const KINDS = ['pdf', 'txt', 'mp3', 'zip', 'ttf', 'csv', 'sh', 'epub', 'unknown']

/** A tool's answer to an output; it must be small by itself, without anything cut off in the end. */
function answerOf(name: string, output: unknown): Record<string, unknown> {
  const tool = toolsOf(registry).find((one) => one.name === name)
  if (tool?.face.answer === undefined) throw new Error(`no tool ${name}`)
  const link = (path: string) => `http://192.168.100.100:6021${path}`
  const { link: _link, ...whole } = tool.face.answer(output, link)
  const answer = doneAnswer(tool, output, `run_${'x'.repeat(26)}`, link)
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(MAX_ANSWER_BYTES)
  expect(answer.result).toEqual(whole)
  return answer.result
}

describe(`a cleanup of ${FILES} files with long names, as a model sees it`, () => {
  let scene: Scene
  let plan: PlanView
  const page = (options: Partial<Parameters<typeof viewPlan>[2]>) =>
    viewPlan(scene.store, plan.plan_id, { limit: 200, offset: 0, ...options })

  beforeAll(async () => {
    scene = new Scene()
    for (let i = 0; i < FILES; i++) {
      const name = `${String(i).padStart(5, '0')} a document with quite a “long” name, as they come out of scanners – Überweisung`
      writeFileSync(join(scene.root, `${name}.${KINDS[i % KINDS.length] ?? ''}`), `content ${i}`)
    }
    plan = await scene.plan()
  })
  afterAll(() => scene[Symbol.dispose]())

  it('is planned in counts and a few examples of each folder', async () => {
    const result = answerOf('plan_file_cleanup', await page({}))
    expect(result).toMatchObject({ plan_id: plan.plan_id, files: FILES, to_move: plan.summary.move })
    const examples = z.array(z.string()).min(6).max(12).parse(result['examples'])
    expect(new Set(examples.map((example) => /-> (\w+)/.exec(example)?.[1])).size).toBeGreaterThan(1)
    expect(result['by_category']).toEqual(plan.summary.by_category)
  })

  it('is read page by page', async () => {
    expect(answerOf('get_file_cleanup', await page({ limit: 20, offset: 40 }))).toMatchObject({
      shown: `41 to 60 of ${FILES}`,
      next: 'Call again with offset 60 for more.',
    })
    expect(answerOf('get_file_cleanup', await page({ limit: 20, offset: FILES }))).toMatchObject({ shown: 'none' })
  })

  it('is applied and undone with what was left, and why', async () => {
    writeFileSync(
      join(scene.root, plan.actions.find(({ action }) => action === 'move')?.file ?? ''),
      'other content now',
    )
    await scene.apply(plan.plan_id)
    const applied = answerOf('apply_file_cleanup', await page({}))
    expect(applied).toMatchObject({ moved: plan.summary.move - 1, left_where_they_were: 1, failed: 0 })
    expect(applied['problems']).toHaveLength(1)
    await scene.undo(plan.plan_id)
    expect(answerOf('undo_file_cleanup', await page({}))).toMatchObject({ moved: 0, plan_status: 'undone' })
  })
})
