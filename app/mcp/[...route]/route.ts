/** MCP under `next dev`: the same app as the API's, at the same addresses. The page `/mcp` is beside it. */
import { answerApi } from '#app/_server/api.ts'

export { answerApi as DELETE, answerApi as GET, answerApi as POST }
