/** Whether each model that the settings ask for is here, whole, and as fast as it was. */
export { modelChecks as models } from '../../models/checks.ts'
