/** The Grafana dashboard: panels laid out from top to bottom. */
import { HEALTH_PANELS } from './health-panels.ts'
import { MACHINE_PANELS } from './machine-panels.ts'
import type { Panel } from './panel.ts'
import { TOOL_PANELS } from './tool-panels.ts'
import { WORK_PANELS } from './work-panels.ts'

export const PANELS: readonly Panel[] = [...HEALTH_PANELS, ...WORK_PANELS, ...TOOL_PANELS, ...MACHINE_PANELS]

const HEIGHTS: Readonly<Record<Panel['kind'], number>> = { stat: 4, gauge: 8, timeseries: 8, 'state-timeline': 10 }
const COLUMNS = 24
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' }

function grafanaPanel(
  { title, description, kind, unit, queries, words, thresholds = [] }: Panel,
  id: number,
  gridPos: object,
) {
  const mappings = words === undefined ? [] : [{ type: 'value', options: words }]
  const steps = [{ value: null, color: 'green' }, ...thresholds]
  const bounds = unit === 'percentunit' ? { min: 0, max: 1 } : {}
  return {
    id,
    title,
    description,
    type: kind,
    gridPos,
    datasource: DATASOURCE,
    fieldConfig: { defaults: { unit, mappings, thresholds: { mode: 'absolute', steps }, ...bounds }, overrides: [] },
    options:
      kind === 'stat'
        ? {
            colorMode: 'background',
            textMode: title === 'Version' ? 'name' : 'auto',
            reduceOptions: { calcs: ['lastNotNull'] },
          }
        : {},
    targets: queries.map(({ expr, legend }, i) => ({
      refId: String.fromCharCode(65 + i),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
    })),
  }
}

/** The dashboard as Grafana imports it, `ai-services.json`. */
export function dashboard() {
  let [x, y, rowHeight] = [0, 0, 0]
  const panels = PANELS.map((panel, i) => {
    const h = HEIGHTS[panel.kind]
    if (x + panel.width > COLUMNS) [x, y, rowHeight] = [0, y + rowHeight, 0]
    const placed = grafanaPanel(panel, i + 1, { x, y, w: panel.width, h })
    ;[x, rowHeight] = [x + panel.width, Math.max(rowHeight, h)]
    return placed
  })
  return {
    uid: 'hwc-ai-services',
    title: 'AI services',
    tags: ['hwc-ai'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    refresh: '1m',
    time: { from: 'now-24h', to: 'now' },
    timezone: 'browser',
    templating: { list: [{ name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' }] },
    panels,
  }
}
