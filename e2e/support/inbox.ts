/** A folder as people have it: to be tidied, and to be compared afterwards. */
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const PDF = '%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>\n%%EOF\n'
const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.alloc(400)])
const JPEG = Buffer.concat([Buffer.from('ffd8ffe000104a46494600', 'hex'), Buffer.alloc(5000, 1)])

/** Long ago enough that no file counts as being written. */
const THEN = new Date('2026-03-14T12:00:00Z')

export const INVOICE = 'Invoice 07-2026.pdf'

async function put(folder: string, name: string, content: string | Buffer): Promise<void> {
  await writeFile(join(folder, name), content)
  await utimes(join(folder, name), THEN, THEN)
}

/** Fills a folder: documents, pictures, one duplicate, and what must be left alone. */
export async function fillInbox(folder: string): Promise<void> {
  await mkdir(join(folder, 'project', '.git'), { recursive: true })
  await put(folder, INVOICE, `${PDF}7`)
  await put(folder, 'Ärger & Söhne – Angebot.pdf', `${PDF}a`)
  for (let n = 1; n <= 4; n += 1) await put(folder, `IMG_230${n}.jpg`, Buffer.concat([JPEG, Buffer.from([n])]))
  await put(folder, 'holiday (1).jpg', Buffer.concat([JPEG, Buffer.from([3])]))
  await put(folder, 'Screenshot 2026-03-14.png', PNG)
  await put(folder, 'notes.md', '# Notes\n')
  await put(folder, 'movie.mkv.part', 'half')
  await put(folder, '.hidden', 'secret')
  await put(folder, 'strange.xyz', Buffer.from([1, 2, 3, 4, 200, 201]))
  await symlink('/etc/hostname', join(folder, 'link-out'))
}

/** Many small files of one kind. */
export async function fillWithMany(folder: string, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1)
    await put(folder, `picture ${n}.jpg`, Buffer.concat([JPEG.subarray(0, 64), Buffer.from(String(n))]))
}

/** Every file below a folder with the digest of its content, sorted: equal before a cleanup and after its undo. */
export async function contents(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink())
  const lines = await Promise.all(
    files.map(async (entry) => {
      const path = join(entry.parentPath, entry.name)
      const digest = entry.isFile()
        ? createHash('sha256')
            .update(await readFile(path))
            .digest('hex')
            .slice(0, 12)
        : 'link'
      return `${path.slice(folder.length + 1)} ${digest}`
    }),
  )
  return lines.sort()
}
