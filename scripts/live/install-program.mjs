/** Installs one program and says what happened. Never throws: a program that cannot be had is an answer. */
export async function installProgram(program) {
  const say = (text) => console.log(`[${program.id}] ${text}`)
  const start = performance.now()
  try {
    await program.install(say)
  } catch (error) {
    say(`not installed: ${error.message}`)
    const found = program.find()
    return { id: program.id, found, reason: error.message }
  }
  const found = program.find()
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  say(found ? `${found} (${seconds} s)` : 'installed, but not found')
  return { id: program.id, found, reason: found ? undefined : 'installed, but not found' }
}
