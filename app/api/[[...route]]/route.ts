/**
 * The API under `next dev`. In the built app the server answers these paths before Next sees them, so this is the same
 * app at the same addresses, never a second one.
 */
import { answerApi } from '#app/_server/api.ts'

export { answerApi as DELETE, answerApi as GET, answerApi as PATCH, answerApi as POST, answerApi as PUT }
