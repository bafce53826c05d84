import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { commandHelp, parseArguments } from '#lib/cli/arguments.ts'
import { registry } from '#lib/core/registry.ts'
import { docsPage } from '#lib/http/docs-page.ts'
import { openApiDocument } from '#lib/http/openapi.ts'
import { fieldKind, fieldsOf } from '#lib/operations/coerce.ts'
import { validateInput } from '#lib/operations/validate.ts'
import { workflows } from './index.ts'

const folder = new URL('.', import.meta.url)

describe('the registry of workflows', () => {
  it('lists exactly the folders there are, each under its own id', () => {
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect(
      Object.values(workflows)
        .map((workflow) => workflow.id)
        .sort(),
    ).toEqual(folders.map((entry) => entry.name).sort())
    for (const { name } of folders) expect(existsSync(new URL(`${name}/definition.ts`, folder))).toBe(true)
  })

  it.each(Object.values(workflows).map((workflow) => [workflow.id, workflow] as const))(
    '%s has its main operation, recorded',
    (_id, workflow) => {
      const main = workflow.operations.find((operation) => operation.id === workflow.main)
      expect(main?.recorded).toBe(true)
      expect(main?.http.path).toMatch(/^\/api\/workflows\//)
      expect(main?.tool?.description).toBeTruthy()
    },
  )

  it.each(
    Object.values(workflows)
      .filter((workflow) => workflow.mutates)
      .map((workflow) => [workflow.id, workflow] as const),
  )('%s changes files, so it can be undone', (_id, workflow) => {
    expect(workflow.operations.some((operation) => operation.cli?.command.includes('undo'))).toBe(true)
  })
})

const document = z
  .object({
    paths: z.record(
      z.string(),
      z.record(
        z.string(),
        z.looseObject({
          operationId: z.string(),
          description: z.string(),
          requestBody: z
            .looseObject({ content: z.record(z.string(), z.object({ schema: z.looseObject({}) })) })
            .optional(),
        }),
      ),
    ),
  })
  .parse(openApiDocument(registry, '0.0.0'))
const documented = Object.values(document.paths).flatMap((path) => Object.values(path))
const docs = await docsPage(registry, '0.0.0')

describe.each(registry.operations.map((operation) => [operation.id, operation] as const))(
  'operation %s',
  (id, operation) => {
    it('is the same operation in OpenAPI and the docs', () => {
      const found = documented.find((entry) => entry.operationId === id)
      expect(found?.description).toBe(operation.description)
      expect(docs).toContain(`id="${id}"`)
    })

    it('has a flat body that a model can fill', () => {
      const body = documented.find((entry) => entry.operationId === id)?.requestBody
      for (const { schema } of Object.values(body?.content ?? {})) {
        expect(schema['type']).toBe('object')
        expect(Object.keys(schema).filter((key) => ['allOf', 'anyOf', 'oneOf', '$ref'].includes(key))).toEqual([])
      }
    })

    it('describes every field of its input', () => {
      for (const [name, schema] of Object.entries(fieldsOf(operation.input)))
        expect(fieldKind(schema).description, name).toBeTruthy()
    })

    it('accepts its own examples', () => {
      for (const { input } of operation.examples) expect(() => validateInput(operation.input, input)).not.toThrow()
    })

    it('takes every path parameter from its input', () => {
      for (const [, name] of operation.http.path.matchAll(/:(\w+)/g))
        expect(Object.keys(operation.input.shape)).toContain(name)
    })

    if (operation.cli !== undefined)
      it('offers every field on the command line', () => {
        const { positional = [] } = operation.cli ?? {}
        for (const name of positional) expect(Object.keys(operation.input.shape)).toContain(name)
        const help = commandHelp(operation)
        for (const name of Object.keys(operation.input.shape))
          expect(help).toContain(
            positional.includes(name)
              ? name.toUpperCase()
              : name.replaceAll('_', '-').replace(/[A-Z]/g, (l) => `-${l.toLowerCase()}`),
          )
        expect(() => parseArguments(operation, ['--no-such-flag'])).toThrow(/There is no flag/)
      })
  },
)
