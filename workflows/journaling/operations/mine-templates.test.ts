import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { KEY, workbench } from '../testing/context.ts'
import { mineLogTemplates } from './mine-templates.ts'

const render = (output: Awaited<ReturnType<typeof mineLogTemplates.run>>) => mineLogTemplates.cli?.render?.(output)

describe('grouping a log file', () => {
  it('prints templates with their counts, most frequent first', async () => {
    await using bench = await workbench()
    const file = join(bench.folder, 'a.log')
    await writeFile(file, 'shut down\ntook 1 ms\ntook 2 ms')
    const output = await mineLogTemplates.run({ file_path: file, lines: false }, bench.context)
    expect(output.line_templates).toBeUndefined()
    expect(render(output)).toBe('2      2  took <*>\n1      1  shut down\n')
  })

  it('prints one template number for each input line, empty ones too', async () => {
    await using bench = await workbench()
    const file = join(bench.folder, 'a.log.gz')
    await writeFile(file, gzipSync('took 1 ms\n\nshut down\r\ntook 2 ms\n'))
    const output = await mineLogTemplates.run({ file_path: file, lines: true }, bench.context)
    expect(render(output)).toBe('1\n2\n3\n1\n')
    expect(output.lines).toBe(4)
  })

  it('says that a file has no lines, and gives no numbers for none', async () => {
    await using bench = await workbench()
    const file = join(bench.folder, 'empty.log')
    await writeFile(file, '')
    const mine = async (lines: boolean) => render(await mineLogTemplates.run({ file_path: file, lines }, bench.context))
    expect([await mine(false), await mine(true)]).toEqual(['The file has no lines.', ''])
  })

  it('says what is wrong with a path', async () => {
    await using bench = await workbench()
    const mine = (path: string, context = bench.context) =>
      mineLogTemplates.run({ file_path: path, lines: false }, context)
    await expect(mine(join(bench.folder, 'absent'))).rejects.toMatchObject({ code: 'path-not-found' })
    await expect(mine(bench.folder)).rejects.toMatchObject({ code: 'not-a-file' })
    await writeFile(join(bench.folder, 'broken.gz'), 'not gzip at all')
    await expect(mine(join(bench.folder, 'broken.gz'))).rejects.toMatchObject({ code: 'path-not-readable' })
    await expect(mine('relative', bench.with({ principal: KEY }))).rejects.toMatchObject({ code: 'invalid-input' })
  })

  it('for a key, reads what the settings list and nothing that a symlink there leads to', async () => {
    await using elsewhere = await workbench()
    const logs = join(elsewhere.folder, 'logs')
    await mkdir(logs)
    await using bench = await workbench({ logFiles: [logs] })
    await writeFile(join(logs, 'fine.log'), 'fine\n')
    await writeFile(join(elsewhere.folder, 'secret'), 'secret\n')
    await symlink(join(elsewhere.folder, 'secret'), join(logs, 'link.log'))
    const mine = (path: string) =>
      mineLogTemplates.run({ file_path: path, lines: false }, bench.with({ principal: KEY }))
    expect((await mine(join(logs, 'fine.log'))).lines).toBe(1)
    await expect(mine(join(logs, 'link.log'))).rejects.toMatchObject({ code: 'path-not-allowed' })
    await expect(mine(`${logs}/../secret`)).rejects.toMatchObject({ code: 'path-not-allowed' })
    await expect(mine('/no/such/file')).rejects.toMatchObject({ code: 'path-not-allowed' })
  })
})
