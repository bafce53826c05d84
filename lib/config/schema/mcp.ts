import { Section, setting, t } from './types.ts'

export const mcp = new Section('MCP', 'Model Context Protocol servers and the proxy that offers them.', {
  enable: setting(t.bool, false, { description: 'Whether this machine runs MCP servers.', example: true }),
  proxy: {
    enable: setting(t.bool, true, {
      description: 'Whether the MCP servers are offered over HTTP by a proxy.',
      example: false,
    }),
    port: setting(t.port, 6001, { description: 'Port on which the proxy listens.', unit: 'port', example: 6001 }),
    host: setting(t.str, '127.0.0.1', { description: 'Address on which the proxy listens.', example: '127.0.0.1' }),
  },
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
