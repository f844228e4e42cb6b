import { equal, ok } from 'node:assert/strict'
import { chooseRoute, routeSeconds } from '../../../src/aggregate/cost-model.ts'

const problem = (outFeatures: number, inFeatures: number, stackRank: number, block: number) => ({
  outFeatures,
  inFeatures,
  stackRank,
  block,
})

const COMPRESSED = ['gram', 'core-iteration']

describe('the cost model', () => {
  it('takes the exact core while the stack is small', () => {
    equal(chooseRoute(problem(4096, 4096, 16, 16)), 'gram')
    equal(chooseRoute(problem(4096, 4096, 60, 60)), 'gram')
  })

  it('iterates on the core of a stack whose eigenproblem would cost more than that', () => {
    equal(chooseRoute(problem(4096, 4096, 256, 32)), 'core-iteration')
    equal(chooseRoute(problem(4096, 4096, 512, 128)), 'core-iteration')
  })

  it('multiplies the mean out where it is small or the stack is larger than it', () => {
    equal(chooseRoute(problem(48, 48, 96, 32)), 'dense-gram')
    equal(chooseRoute(problem(16, 4096, 256, 32)), 'dense-gram')
    ok(chooseRoute(problem(768, 768, 6000, 128)).startsWith('dense'))
  })

  it('iterates on the factors where both would be too large', () => {
    equal(chooseRoute(problem(4096, 4096, 1500, 128)), 'factored-iteration')
    equal(chooseRoute(problem(4096, 4096, 4096, 32)), 'factored-iteration')
  })

  it('iterates on the mean where R passes dk/(d+k) by enough to pay for multiplying it out', () => {
    const at = (stackRank: number) => routeSeconds(problem(2048, 2048, stackRank, 128))
    ok(at(900)['factored-iteration'] < at(900)['dense-iteration'])
    ok(at(4000)['dense-iteration'] < at(4000)['factored-iteration'])
  })

  it('never takes the Gram matrices of a stack that is larger than the module', () => {
    for (let stackRank = 65; stackRank < 4000; stackRank *= 2) {
      ok(!COMPRESSED.includes(chooseRoute(problem(64, 64, stackRank, 16))))
    }
  })

  it('takes the cheapest of what it predicts, on both sides of every border', () => {
    let borders = 0
    let before = ''
    for (let stackRank = 8; stackRank <= 8192; stackRank *= 1.02) {
      const given = problem(2048, 2048, Math.round(stackRank), 64)
      const route = chooseRoute(given)
      const seconds = routeSeconds(given)
      for (const [other, cost] of Object.entries(seconds)) {
        ok(COMPRESSED.includes(other) || seconds[route] <= cost)
      }
      if (route !== before) borders++
      before = route
    }
    ok(borders >= 2)
  })
})
