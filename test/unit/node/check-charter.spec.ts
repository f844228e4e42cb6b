import { throws } from 'node:assert/strict'
import { CharterRefusedError, checkCharter, UnknownStrategyError } from '../../../src/node/check-charter.ts'
import type { Charter } from '../../../src/round/charter/charter.ts'
import { charterOf } from '../round/samples.ts'

const charter = (name: string, more: Partial<Charter> = {}): Charter => ({
  ...charterOf(),
  strategy: { name, options: {} },
  ...more,
})
const refuses = (given: Charter, reason: RegExp) =>
  throws(
    () => checkCharter(given),
    (error) => error instanceof CharterRefusedError && reason.test(error.message),
  )

describe('a charter is refused before anybody trains', () => {
  it('where its strategy is not known', () => {
    throws(() => checkCharter(charter('mean')), UnknownStrategyError)
  })

  for (const name of ['fedit', 'fedex-lora'])
    it(`where ${name} is to average mixed ranks`, () => {
      refuses(charter(name, { ranks: [4, 8] }), new RegExp(`${name}.*one rank.*4, 8`))
    })

  it('and not where one rank is all there is', () => checkCharter(charter('fedit', { ranks: [4] })))
})
