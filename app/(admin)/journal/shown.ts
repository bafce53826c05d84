/** Most entries that the calendar knows of: nearly three years of days, and what the API gives at once. */
export const ENTRIES_SHOWN = 1000
