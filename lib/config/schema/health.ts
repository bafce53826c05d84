import { Section, required, setting, t } from './types.ts'

const notifier = t.submodule({
  type: setting(t.enumOf('ntfy', 'gotify', 'webhook'), 'webhook', {
    description: 'Kind of service that the message is sent to.',
    example: 'ntfy',
  }),
  url: required(t.url, {
    description: 'Address that the message is sent to.',
    example: 'http://127.0.0.1:8090/server',
  }),
  tokenFile: setting(t.nullOr(t.path), null, {
    description: 'File that holds the token for that address.',
    example: '/run/secrets/ntfy-token',
    secret: true,
  }),
  enable: setting(t.bool, true, { description: 'Whether messages are sent there.', example: false }),
  sendResolved: setting(t.bool, true, {
    description: 'Whether a message is also sent when all is well again.',
    example: false,
  }),
})

const check = t.submodule({
  enable: setting(t.bool, true, { description: 'Whether the check is run.', example: false }),
  url: setting(t.nullOr(t.url), null, {
    description: 'Address to ask, for a check of your own; the checks that come with the app know theirs.',
    example: 'http://127.0.0.1:8099/health',
  }),
  expectStatus: setting(t.int(100, 599), 200, {
    description: 'HTTP status that the address has to answer with.',
    unit: 'HTTP status',
    example: 204,
  }),
  interval: setting(t.nullOr(t.timeSpan), null, {
    description: 'Time between two runs of this check; without one, that of all checks.',
    unit: 'time span',
    example: '1min',
  }),
  timeout: setting(t.nullOr(t.timeSpan), null, {
    description: 'How long this check may take; without one, that of all checks.',
    unit: 'time span',
    example: '30s',
  }),
  failuresBeforeDown: setting(t.nullOr(t.int(1, 100)), null, {
    description: 'How many failures in a row mean down; without a number, that of all checks.',
    unit: 'failures',
    example: 3,
  }),
  public: setting(t.bool, false, {
    description: 'Whether the check is shown on the public status page.',
    example: true,
  }),
})

export const health = new Section('Health', 'Regular checks of the AI services, and who is told when one fails.', {
  startDelay: setting(t.timeSpan, '2min', {
    description: 'Time after the start of the machine before the first check.',
    unit: 'time span',
    example: '5min',
  }),
  interval: setting(t.timeSpan, '5min', {
    description: 'Time between two runs of a check.',
    unit: 'time span',
    example: '1min',
  }),
  timeout: setting(t.timeSpan, '10s', { description: 'How long a check may take.', unit: 'time span', example: '30s' }),
  failuresBeforeDown: setting(t.int(1, 100), 2, {
    description: 'How many failures in a row mean that something is down.',
    unit: 'failures',
    example: 3,
  }),
  notifiers: setting(
    t.attrsOf(notifier),
    {},
    {
      description: 'Services that are told when something goes down, by name.',
      example: {
        phone: { type: 'ntfy', url: 'http://127.0.0.1:8090/server', tokenFile: null, enable: true, sendResolved: true },
      },
    },
  ),
  checks: setting(
    t.attrsOf(check),
    {},
    {
      description: 'Checks of your own, and changes to those that come with the app, by name.',
      example: {
        transcripts: {
          enable: true,
          url: 'http://127.0.0.1:8099/health',
          expectStatus: 200,
          interval: '1min',
          timeout: null,
          failuresBeforeDown: null,
          public: false,
        },
      },
    },
  ),
})
