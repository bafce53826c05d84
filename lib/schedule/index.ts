/** When things happen: systemd's calendar events and time spans, and the scheduler that goes by them. */
export { calendar, withTimeOfDay, type Calendar } from './calendar.ts'
export { marksIn, type ScheduleMarks } from './marks.ts'
export { createScheduler, processTimer, type JobStatus, type ScheduledJob, type Scheduler } from './scheduler.ts'
export { formatTimeSpan, parseTimeSpan } from './timespan.ts'
