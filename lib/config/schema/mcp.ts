import { Section, setting, t } from './types.ts'

/** One MCP server behind the gateway: a command that speaks over its standard input and output, or an address. */
const server = t.submodule({
  enable: setting(t.bool, true, { description: 'Whether the gateway offers this server.', example: false }),
  description: setting(t.str, '', {
    description: 'What the server is for, as people and clients see it in the list.',
    example: 'Looks things up in the family wiki.',
  }),
  command: setting(t.nullOr(t.str), null, {
    description: 'Program to start, found in the path or given in full; for servers that speak over standard input.',
    example: '/run/current-system/sw/bin/mcp-wiki',
  }),
  args: setting(t.listOf(t.str), [], {
    description: 'Arguments of the program, each handed over as it is; no shell reads them.',
    example: ['--stdio'],
  }),
  env: setting(
    t.attrsOf(t.str),
    {},
    {
      description: 'The whole environment of the program beside PATH and HOME; secrets belong into files instead.',
      example: { WIKI_URL: 'http://127.0.0.1:8080' },
    },
  ),
  envFile: setting(t.nullOr(t.path), null, {
    description: 'File with further lines NAME=VALUE for the environment, for secrets.',
    example: '/run/secrets/mcp-wiki.env',
  }),
  url: setting(t.nullOr(t.url), null, {
    description: 'Address of a server that speaks Streamable HTTP; given in place of a command.',
    example: 'http://127.0.0.1:8931/mcp',
  }),
  keyFile: setting(t.nullOr(t.path), null, {
    description: 'File that holds the key sent to the address as a bearer token.',
    example: '/run/secrets/mcp-wiki-key',
    secret: true,
  }),
  allowedTools: setting(t.nullOr(t.listOf(t.str)), null, {
    description: 'Tools that may be seen and called; without a list, all of them.',
    example: ['search', 'read_page'],
  }),
  readOnlyPaths: setting(t.listOf(t.pathStr), [], {
    description: 'Folders that the program may read, beside those of the system.',
    example: ['/srv/wiki'],
  }),
  readWritePaths: setting(t.listOf(t.pathStr), [], {
    description: 'Folders that the program may write to; all others are read-only or hidden.',
    example: ['/srv/wiki/drafts'],
  }),
  network: setting(t.bool, false, {
    description: 'Whether the program may use the network.',
    example: true,
  }),
  shared: setting(t.bool, false, {
    description:
      'Whether all sessions share one process, for servers that keep no state; else each session has a process of its own.',
    example: true,
  }),
  memoryMax: setting(t.int(16, 1_048_576), 512, {
    description: 'Most memory that the program may take.',
    unit: 'MiB',
    example: 256,
  }),
  cpuQuota: setting(t.int(1, 6400), 100, {
    description: 'Most processor time that the program may take; 100 is one core.',
    unit: 'percent',
    example: 50,
  }),
  idleTimeout: setting(t.timeSpan, '10min', {
    description: 'Time without a call after which the program is stopped; the next call starts it again.',
    unit: 'time span',
    example: '1h',
  }),
  callTimeout: setting(t.timeSpan, '5min', {
    description: 'Longest time that one call may take.',
    unit: 'time span',
    example: '30s',
  }),
})

export const mcp = new Section('MCP', 'Model Context Protocol servers and the proxy that offers them.', {
  enable: setting(t.bool, false, { description: 'Whether this machine runs MCP servers.', example: true }),
  proxy: {
    enable: setting(t.bool, true, {
      description: 'Whether the MCP servers are offered over HTTP by a proxy.',
      example: false,
    }),
    port: setting(t.port, 6001, { description: 'Port on which the proxy listens.', unit: 'port', example: 6001 }),
    host: setting(t.str, '127.0.0.1', { description: 'Address on which the proxy listens.', example: '127.0.0.1' }),
    rateLimit: setting(t.int(0, 1_000_000), 0, {
      description: 'Most calls that one key may send to one server in a minute; 0 sets no limit.',
      unit: 'calls per minute',
      example: 600,
    }),
  },
  servers: setting(
    t.attrsOf(server),
    {},
    {
      // What the machine's own configuration declares stays as it is there; the admin can only add to it.
      merge: (declared, edited) => ({ ...edited, ...declared }),
      description: 'MCP servers that the gateway offers under their names.',
      example: {
        wiki: {
          enable: true,
          description: 'Looks things up in the family wiki.',
          command: '/run/current-system/sw/bin/mcp-wiki',
          args: ['--stdio'],
          env: { WIKI_URL: 'http://127.0.0.1:8080' },
          envFile: null,
          url: null,
          keyFile: null,
          allowedTools: ['search', 'read_page'],
          readOnlyPaths: ['/srv/wiki'],
          readWritePaths: [],
          network: true,
          shared: false,
          memoryMax: 256,
          cpuQuota: 50,
          idleTimeout: '10min',
          callTimeout: '5min',
        },
      },
    },
  ),
  filesystem: {
    nixos: {
      enable: setting(t.bool, false, {
        description: 'Whether models may read the system configuration through a file server.',
        example: true,
      }),
      allowedDirs: setting(t.listOf(t.pathStr), [], {
        description: 'Folders that the file server may read.',
        example: ['/etc/nixos'],
      }),
      draftsDir: setting(t.path, '$STATE/mcp-drafts', {
        description: 'The only folder that the file server may write to.',
        example: '/var/lib/hwc-ai/mcp-drafts',
      }),
      user: setting(t.str, 'hwc-ai', { description: 'User that the file server runs as.', example: 'hwc-ai' }),
    },
  },
  reverseProxy: {
    enable: setting(t.bool, false, {
      description: 'Whether the web server of this machine passes requests on to the proxy.',
      example: true,
    }),
    path: setting(t.strMatching('/\\S*', 'a path that begins with a slash'), '/mcp', {
      description: 'Path under which the web server offers the MCP servers.',
      example: '/mcp',
    }),
    authType: setting(t.enumOf('none', 'basic', 'apikey'), 'apikey', {
      description: 'How callers prove themselves; none is allowed only while the proxy listens on this machine alone.',
      example: 'basic',
    }),
  },
})
