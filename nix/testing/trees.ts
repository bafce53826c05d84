/** Trees for the tests, from settings as a configuration file has them. */
import { loadSettings } from '#lib/config/index.ts'
import { renderTree } from '../render.ts'
import type { ExportInput, NixTree } from '../types.ts'

/** @param config the `hwc.ai` tree, as far as it is set */
export function exportInput(config: unknown = {}): ExportInput {
  const { settings, sources } = loadSettings({
    env: { HWC_AI_CONFIG: JSON.stringify(config), HOME: '/var/lib/hwc-ai' },
    readFile: () => '',
    stateDir: '/var/lib/hwc-ai',
  })
  return { settings, sources, version: '1.0.0' }
}

export const treeOf = (config: unknown = {}): NixTree => renderTree(exportInput(config))

/** Every service on, as a module. */
export const EVERYTHING = `{
  hwc.ai = {
    enable = true;
    ollama = {
      enable = true;
      models = [ "gemma3-270m:latest" { name = "registry.lan:5000/x"; autoUpdate = false; priority = 1; } ];
      insecureRegistries = [ "registry.lan:5000" ];
    };
    open-webui = {
      enable = true;
      tools.wiki = { url = "http://wiki.lan"; keyFile = "/run/secrets/wiki"; };
    };
    local-workflows = {
      enable = true;
      service.src = project;
      fileCleanup = { enable = true; watchDirs = [ "/srv/inbox" "/srv/my downloads" ]; };
      journaling.enable = true;
      chatCli.enable = true;
    };
    mcp.enable = true;
    health.transcriptApi.enable = true;
  };
}`
