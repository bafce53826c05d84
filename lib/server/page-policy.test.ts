import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect, it } from 'vitest'
import { applyPagePolicy } from './page-policy.ts'

function policyOf(given?: string): { asked: string; answered: string } {
  const request = new IncomingMessage(new Socket())
  if (given !== undefined) request.headers['content-security-policy'] = given
  const response = new ServerResponse(request)
  applyPagePolicy(request, response)
  return {
    asked: String(request.headers['content-security-policy']),
    answered: String(response.getHeader('content-security-policy')),
  }
}

it('tells Next and the browser the same nonce, another for each page', () => {
  const [first, second] = [policyOf(), policyOf()]
  expect(first.asked).toBe(first.answered)
  expect(first.answered).toMatch(/script-src 'self' 'nonce-[A-Za-z0-9+/]{22}=='(;|$)/)
  expect(first.answered).not.toBe(second.answered)
})

it('takes no nonce from whoever asks', () => {
  expect(policyOf("script-src 'nonce-mine'").asked).not.toContain('mine')
})
