import { Section, setting, t } from './types.ts'

export const agent = new Section(
  'Agent',
  'An agent that may run commands: declared for later, and refused when enabled.',
  {
    enable: setting(t.bool, false, {
      description: 'Whether the agent is run; it does not exist yet, so enabling it is refused.',
      example: false,
    }),
    port: setting(t.port, 6020, { description: 'Port on which the agent will listen.', unit: 'port', example: 6020 }),
    allowedCommands: setting(t.listOf(t.str), [], {
      description: 'The only commands that the agent will be allowed to run.',
      example: ['systemctl status'],
    }),
    auditLog: setting(t.path, '$STATE/agent-audit.log', {
      description: 'File in which every command of the agent will be recorded.',
      example: '/var/log/hwc-ai/agent-audit.log',
    }),
  },
)
