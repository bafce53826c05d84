/**
 * The rules that hold without any of one's own, ready to use, so that neither a file nor a parser is needed for them. A test
 * keeps them equal to `default.yaml`, which is there to read and copy.
 */
import type { RulesFile } from './schema.ts'

export const DEFAULT_RULES: RulesFile = {
  duplicates: { folder: 'Duplicates', up_to: 2 * 1024 ** 3 },
  categories: {
    documents: { folder: 'Documents/{year}', description: 'letters, invoices, reports, notes, PDF and office files' },
    books: { folder: 'Books', description: 'e-books and comics' },
    screenshots: { folder: 'Pictures/Screenshots/{year}', description: 'pictures of a screen' },
    pictures: { folder: 'Pictures/{year}', description: 'photos, drawings and other images' },
    videos: { folder: 'Videos/{year}', description: 'films, clips, recordings and their subtitles' },
    music: { folder: 'Music', description: 'music, podcasts and other sound' },
    archives: { folder: 'Archives/{year}', description: 'ZIP, tar and other packed files, backups' },
    software: { folder: 'Software', description: 'programs, installers, packages and disk images' },
    fonts: { folder: 'Fonts', description: 'fonts' },
    code: { folder: 'Code', description: 'source code, scripts and patches' },
    data: { folder: 'Data', description: 'databases, tables of data, configuration, models' },
    'mail-and-contacts': { folder: 'Mail and Contacts', description: 'e-mails, calendar entries and contacts' },
  },
  rules: [
    {
      name: 'Screenshots',
      when: {
        kind: ['image'],
        name: [
          'Screenshot*',
          'Screen Shot*',
          'Bildschirmfoto*',
          'Captura de pantalla*',
          'Spectacle*',
          'grim-*',
          'swappy-*',
        ],
      },
      category: 'screenshots',
    },
    { name: 'Images', when: { kind: ['image'] }, category: 'pictures' },
    { name: 'Videos and subtitles', when: { kind: ['video'] }, category: 'videos' },
    { name: 'Sound', when: { kind: ['audio'] }, category: 'music' },
    { name: 'E-books', when: { kind: ['ebook'] }, category: 'books' },
    { name: 'Documents', when: { kind: ['document', 'spreadsheet', 'presentation', 'text'] }, category: 'documents' },
    { name: 'Packed files', when: { kind: ['archive'] }, category: 'archives' },
    { name: 'Programs and disk images', when: { kind: ['program', 'disk-image'] }, category: 'software' },
    { name: 'Fonts', when: { kind: ['font'] }, category: 'fonts' },
    { name: 'Source code', when: { kind: ['code'] }, category: 'code' },
    { name: 'Data and 3D models', when: { kind: ['data', 'model'] }, category: 'data' },
    { name: 'Mail and contacts', when: { kind: ['message'] }, category: 'mail-and-contacts' },
  ],
}
