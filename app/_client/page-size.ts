/** Incidents that are listed before a person asks for more. */
export const INCIDENTS_AT_ONCE = 20
