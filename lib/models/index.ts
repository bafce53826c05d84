/** The models that this machine should have: what is wanted, what is here, making it so, and whether they answer. */
export { applyModels, type ApplyOptions, type Done } from './apply.ts'
export { modelChecks } from './checks.ts'
export { availability, slowdown, slowdownText, type TestPoint } from './history.ts'
export { modelJobs, type ModelJob } from './jobs.ts'
export { modelFigures, modelsStatus, type ModelState, type ModelsStatus, type ModelStatus } from './status.ts'
export { modelWork, type ModelWork } from './work.ts'
