/** What extensions claim, for content that has no signature: text of every sort, and a few binary formats. */
import { SIGNATURES } from './signatures.ts'
import type { Kind } from './kinds.ts'

export interface Claim {
  type: string
  kind: Kind
  label: string
  /** `text`: the content must be text; `bytes`: anything will do, as the format has no mark at its start. */
  content: 'text' | 'bytes'
}

const claims = (content: Claim['content'], type: string, kind: Kind, label: string, extensions: string) =>
  extensions.split(' ').map((extension): [string, Claim] => [extension, { type, kind, label, content }])

/** Extensions of formats without a signature of their own. */
export const CLAIMS: ReadonlyMap<string, Claim> = new Map([
  ...claims('text', 'text/plain', 'text', 'text', 'txt text log nfo readme me'),
  ...claims('text', 'text/markdown', 'text', 'Markdown text', 'md markdown mdx rst adoc org tex bib'),
  ...claims('text', 'text/html', 'document', 'web page', 'html htm xhtml mht mhtml'),
  ...claims('text', 'text/csv', 'spreadsheet', 'table', 'csv tsv'),
  ...claims('text', 'application/json', 'data', 'JSON data', 'json jsonl ndjson geojson ipynb har'),
  ...claims('text', 'application/xml', 'data', 'XML data', 'xml xsd xsl plist gpx kml rss atom opml'),
  ...claims('text', 'application/yaml', 'data', 'configuration', 'yaml yml toml ini cfg conf properties env'),
  ...claims('text', 'application/sql', 'data', 'SQL script', 'sql'),
  ...claims('text', 'image/svg+xml', 'image', 'SVG image', 'svg'),
  ...claims(
    'text',
    'text/x-source',
    'code',
    'source code',
    'ts tsx js jsx mjs cjs py rb go rs c h cc cpp hpp java kt cs swift',
  ),
  ...claims(
    'text',
    'text/x-source',
    'code',
    'source code',
    'php pl lua r jl hs ml ex erl clj scala dart zig nim nix vue svelte',
  ),
  ...claims(
    'text',
    'text/x-source',
    'code',
    'source code',
    'css scss less asm s v vhd el vim cmake gradle dockerfile tf proto',
  ),
  ...claims('text', 'text/x-shellscript', 'code', 'script', 'sh bash zsh fish bat cmd ps1 awk'),
  ...claims('text', 'text/x-diff', 'code', 'patch', 'patch diff'),
  ...claims('text', 'text/vtt', 'video', 'subtitles', 'srt vtt ass ssa sub'),
  ...claims('text', 'audio/x-mpegurl', 'audio', 'playlist', 'm3u m3u8 pls'),
  ...claims('text', 'message/rfc822', 'message', 'e-mail', 'eml mbox'),
  ...claims('text', 'text/calendar', 'message', 'calendar entry', 'ics ical'),
  ...claims('text', 'text/vcard', 'message', 'contact', 'vcf vcard'),
  ...claims('text', 'model/obj', 'model', '3D model', 'obj gcode scad step stp'),
  ...claims('bytes', 'model/stl', 'model', '3D model', 'stl ply fbx 3ds f3d'),
  ...claims('bytes', 'application/x-iso9660-image', 'disk-image', 'disk image', 'iso img'),
  ...claims('bytes', 'application/x-apple-diskimage', 'program', 'macOS disk image', 'dmg pkg'),
  ...claims('bytes', 'audio/mpeg', 'audio', 'MP3 audio', 'mp3 aac ac3 dts ape wv'),
  ...claims('bytes', 'image/x-raw', 'image', 'raw image', 'raf orf rw2 tga'),
  ...claims('bytes', 'application/x-bittorrent', 'data', 'torrent file', 'torrent'),
  ...claims('bytes', 'application/octet-stream', 'data', 'data', 'dat pickle pkl npy npz feather avro mdb accdb'),
])

/** Extensions whose content always starts with a signature: without it, the name is wrong or the file is broken. */
export const SIGNED: ReadonlyMap<string, string> = new Map(
  [
    ...SIGNATURES.flatMap(({ extensions, label }) =>
      extensions.map((extension): [string, string] => [extension, label]),
    ),
    ...'docx xlsx pptx odt ods odp epub zip jar apk cbz'
      .split(' ')
      .map((name): [string, string] => [name, name.toUpperCase()]),
  ].filter(([extension]) => !CLAIMS.has(extension)),
)
