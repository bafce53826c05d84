/** Prompts: beginnings of a conversation that a person picks from a menu. */
interface Argument {
  name: string
  description: string
  required: boolean
}

export interface Prompt {
  name: string
  title: string
  description: string
  arguments: readonly Argument[]
  text: (given: Readonly<Record<string, string>>) => string
}

export const PROMPTS: readonly Prompt[] = [
  {
    name: 'tidy_folder',
    title: 'Tidy a folder',
    description: 'Plan a cleanup, look at it together, apply it only after a yes.',
    arguments: [{ name: 'directory', description: 'Full path of the folder', required: true }],
    text: ({ directory = '' }) =>
      `Tidy the folder ${directory}. Plan it with plan_file_cleanup, show me in a few lines what would go where and what stays, and ask me. Apply the plan only after I say yes, and tell me how to take it back.`,
  },
  {
    name: 'what_happened_today',
    title: 'What happened today?',
    description: 'Write the journal of today and say what matters.',
    arguments: [],
    text: () =>
      'What happened on this machine today? Write the journal entry with write_journal and look at list_health_checks. Tell me in a few sentences what is new, what fails, and what I should do; leave out what is as always.',
  },
  {
    name: 'document_file',
    title: 'Document a file',
    description: 'Document one source file and say what is missing.',
    arguments: [{ name: 'file_path', description: 'Full path of the source file', required: true }],
    text: ({ file_path: path = '' }) =>
      `Document the source file ${path} with document_source_file. Then tell me what the file offers, which exported symbols lack a comment, and give me the link.`,
  },
]
