/** What the API answered, by route and code. */
import { METRICS } from './definitions.ts'
import { Buckets } from './histogram.ts'

/** A route of the API; one object for each, so that looking it up costs nothing. */
export interface Route {
  method: string
  /** As it is declared, e.g. `/api/runs/:run_id`: never what a client sent, which has endless values. */
  path: string
}

interface RouteFigures {
  codes: Map<number, number>
  seconds: Buckets
}

export class HttpFigures {
  readonly routes = new Map<Route, RouteFigures>()

  /** @param seconds from the request to its answer */
  observe(route: Route, code: number, seconds: number): void {
    let figures = this.routes.get(route)
    if (figures === undefined) {
      figures = { codes: new Map(), seconds: new Buckets(METRICS.hwc_ai_http_request_duration_seconds.buckets) }
      this.routes.set(route, figures)
    }
    figures.codes.set(code, (figures.codes.get(code) ?? 0) + 1)
    figures.seconds.observe(seconds)
  }
}
