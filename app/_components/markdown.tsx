'use client'

import MarkdownIt from 'markdown-it'
import { useMemo } from 'react'

// HTML of a model or of a log stays text; markdown-it refuses javascript:, vbscript:, file: and most data: links itself.
const markdown = new MarkdownIt({ html: false, linkify: false, breaks: false })

// Pictures would be fetched from wherever the text says; their description stands in for them.
markdown.renderer.rules['image'] = (tokens, index) => markdown.utils.escapeHtml(tokens[index]?.content ?? '')

/** The id of a heading with this text, to lead to it. */
export function headingId(text: string): string {
  return `h-${text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')}`
}

markdown.renderer.rules['heading_open'] = (tokens, index, options, _env, self) => {
  tokens[index]?.attrSet('id', headingId(tokens[index + 1]?.content ?? ''))
  return self.renderToken(tokens, index, options)
}

const openLink = markdown.renderer.rules['link_open']
markdown.renderer.rules['link_open'] = (tokens, index, options, env, self) => {
  const link = tokens[index]
  link?.attrSet('rel', 'noreferrer noopener')
  if (/^https?:/.test(String(link?.attrGet('href')))) link?.attrSet('target', '_blank')
  return openLink?.(tokens, index, options, env, self) ?? self.renderToken(tokens, index, options)
}

/** Markdown as a page shows it. */
export function Markdown({ text }: { text: string }) {
  const html = useMemo(() => markdown.render(text), [text])
  return <div className="prose" dangerouslySetInnerHTML={{ __html: html }} />
}
