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
  type: setting(t.enumOf('http', 'tcp'), 'http', {
    description:
      'How a check of your own looks: http asks the address, tcp only opens a connection to the host and port.',
    example: 'tcp',
  }),
  url: setting(t.nullOr(t.url), null, {
    description: 'Address to ask, for a check of your own; the checks that come with the app know theirs.',
    example: 'http://127.0.0.1:8099/health',
  }),
  host: setting(t.nullOr(t.str), null, {
    description: 'Host that a tcp check connects to; without one, this machine.',
    example: '192.168.1.10',
  }),
  port: setting(t.nullOr(t.port), null, {
    description: 'Port that a tcp check connects to.',
    unit: 'port',
    example: 5432,
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
    description: 'Time within which each check runs again, and a failure is reported.',
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
          type: 'http',
          url: 'http://127.0.0.1:8099/health',
          host: null,
          port: null,
          expectStatus: 200,
          interval: '1min',
          timeout: null,
          failuresBeforeDown: null,
          public: false,
        },
      },
    },
  ),
  transcriptApi: {
    enable: setting(t.bool, false, {
      description: 'Whether it is checked that the transcript API answers.',
      example: true,
    }),
    url: setting(t.url, 'http://127.0.0.1:8099/health', {
      description: 'Address at which the transcript API says that it is well.',
      example: 'http://127.0.0.1:8099/health',
    }),
  },
  weeklyAllWell: setting(t.bool, false, {
    description: 'Whether the notifiers hear once a week how things are, so that silence is never the only signal.',
    example: true,
  }),
  publicStatus: setting(t.bool, false, {
    description: 'Whether everyone who reaches the server may see the state of the checks that are marked public.',
    example: true,
  }),
  rawDays: setting(t.int(1, 90), 7, {
    description: 'How long every single result is kept; after that, sums per day remain.',
    unit: 'days',
    example: 14,
  }),
  dailyDays: setting(t.int(30, 3650), 400, {
    description: 'How long the sums per day and the incidents are kept.',
    unit: 'days',
    example: 730,
  }),
  metrics: {
    enable: setting(t.bool, true, {
      description: 'Whether /metrics answers Prometheus.',
      example: false,
    }),
    tokenFile: setting(t.nullOr(t.path), null, {
      description: 'File that holds the token Prometheus has to send; without one, only this machine is answered.',
      example: '/run/secrets/hwc-ai-metrics-token',
      secret: true,
    }),
  },
})
