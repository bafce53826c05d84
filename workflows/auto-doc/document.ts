/** Documents one file: reads it, checks it, has it explained where a model answers, renders it and keeps the result. */
import type { OperationContext } from '#lib/operations/types.ts'
import { outlineSource } from '#lib/syntax/index.ts'
import { plural } from '#lib/text/plural.ts'
import { keepDocument } from './documents.ts'
import { checksOf, coverageOf, everySymbol } from './facts.ts'
import { renderBlocks, sectionsOf } from './markdown/blocks.ts'
import { explain, type NoExplanation } from './model/explain.ts'
import type { Explanation } from './model/types.ts'
import type { Check, DocumentInput, DocumentOutput } from './schemas.ts'
import { readSourceFile, type Access } from './source-file.ts'
import { fillTemplate, loadTemplate } from './template.ts'

export const accessOf = (context: Pick<OperationContext, 'principal' | 'settings'>): Access => ({
  principal: context.principal,
  allowedDirs: context.settings['local-workflows'].autoDoc.allowedDirs,
})

/** What became of the model, as a check. */
function modelCheck(explanation: Explanation | null): Check[] {
  if (explanation === null) return []
  const { symbols, asked, rejectedExamples, failures } = explanation
  const rejected =
    rejectedExamples === 0
      ? ''
      : ` ${plural(rejectedExamples, 'example was', 'examples were')} left out: not valid code, or using names that do not exist.`
  const failed = failures[0] === undefined ? '' : ` Some parts failed: ${failures[0]}`
  return [
    {
      id: 'model',
      ok: failures.length === 0 && symbols.size === asked,
      message: `The model explained ${symbols.size} of ${asked} symbols.${rejected}${failed}`,
    },
  ]
}

/**
 * @throws AppError those of {@link readSourceFile} and {@link loadTemplate}; `cancelled`
 */
export async function documentFile(input: DocumentInput, context: OperationContext): Promise<DocumentOutput> {
  const { autoDoc } = context.settings['local-workflows']
  const template = await loadTemplate(autoDoc.templates, input.style)
  context.emit({ type: 'step', message: 'Reading the file' })
  const file = await readSourceFile(input.file_path, accessOf(context))
  const outline = await outlineSource(file.language, file.text, file.name, context.signal)
  const coverage = coverageOf(outline)
  const facts = await checksOf(outline, coverage, file.language)

  let explained: Explanation | NoExplanation = { reason: 'No model was asked to explain it.' }
  if (input.use_model) {
    context.emit({ type: 'step', message: `Asking the model ${autoDoc.model}` })
    explained = await explain(context, autoDoc.model, {
      outline,
      language: file.language,
      fileName: file.name,
      text: file.text,
      examples: input.include_examples,
    })
  }
  const explanation = 'reason' in explained ? null : explained
  const modelNote = 'reason' in explained ? explained.reason : null
  const engine = explanation?.engine ?? 'built-in'
  const model = explanation?.model ?? null
  context.engine(model === null ? { engine } : { engine, model })

  context.emit({ type: 'step', message: 'Writing the document' })
  const checks = [...facts, ...modelCheck(explanation)]
  const blocks = await renderBlocks({
    fileName: file.name,
    language: file.language.id,
    languageTitle: file.language.title,
    style: input.style,
    examples: input.include_examples,
    outline,
    coverage,
    checks,
    explanation,
    modelNote: input.use_model ? modelNote : null,
    signal: context.signal,
  })
  const documentation = fillTemplate(template, blocks)
  const output = {
    documentation,
    file_path: file.path,
    sections: sectionsOf(documentation),
    style: input.style,
    language: file.language.id,
    symbols: everySymbol(outline.symbols).length,
    coverage: { documented: coverage.documented, total: coverage.total },
    undocumented: coverage.undocumented,
    checks,
    source_digest: file.digest,
    engine,
    model,
    model_note: modelNote,
    timestamp: context.now().toISOString(),
  }
  return { ...output, document_id: await keepDocument(context.store, output) }
}
