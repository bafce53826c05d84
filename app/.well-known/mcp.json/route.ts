import { answerApi } from '#app/_server/api.ts'

export { answerApi as GET }
