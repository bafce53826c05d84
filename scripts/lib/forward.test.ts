import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'

const module = new URL('./forward.mjs', import.meta.url).href

/** Starts Node code behind `becomeProgram`. */
function behind(code: string) {
  const wrapper = `
    import { becomeProgram } from ${JSON.stringify(module)}
    await becomeProgram(process.execPath, ['--eval', ${JSON.stringify(code)}])`
  return spawn(process.execPath, ['--input-type=module', '--eval', wrapper], { stdio: ['pipe', 'pipe', 'pipe'] })
}

describe('a process that stands in front of another', () => {
  it('ends with its exit code', async () => {
    expect(await once(behind('process.exit(7)'), 'exit')).toEqual([7, null])
  })

  it('dies of the same signal', async () => {
    expect(await once(behind('process.kill(process.pid, "SIGKILL")'), 'exit')).toEqual([null, 'SIGKILL'])
  })

  it('passes input and output through', async () => {
    const child = behind('process.stdin.pipe(process.stdout)')
    child.stdin.end('text')
    expect(String((await once(child.stdout, 'data'))[0])).toBe('text')
  })

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('passes %s on and waits for the end', async (signal) => {
    const child = behind(
      `process.on('${signal}', () => process.exit(9)); setInterval(() => {}, 1000); console.log('ready')`,
    )
    await once(child.stdout, 'data')
    child.kill(signal)
    expect(await once(child, 'exit')).toEqual([9, null])
  })
})
