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

  it('where it asks for weights of a strategy that has its own', () => {
    refuses(charter('krum', { weights: { rule: 'uniform' } }), /krum.*weights of its own.*uniform/)
    checkCharter(charter('krum', { weights: { rule: 'samples' } }))
    checkCharter(charter('flexlora', { weights: { rule: 'uniform' } }))
  })

  it('where weights follow from losses that another lineage does not say', () => {
    refuses(charter('flexlora', { weights: { rule: 'fair', reach: 0.1 }, partition: 'continue' }), /losses/)
  })

  it('and not where one rank is all there is', () => checkCharter(charter('fedit', { ranks: [4] })))
})
