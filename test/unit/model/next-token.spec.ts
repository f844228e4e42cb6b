import { deepEqual, equal, ok } from 'node:assert/strict'
import { random } from '../../../src/base/random.ts'
import { nextToken } from '../../../src/model/next-token.ts'

const LOGITS = Float32Array.of(1, 3, 2, 0, -1, 3)
const DRAWS = 4000

/** How often each token is drawn. */
function shares(options: { temperature?: number; topP?: number; topK?: number }): number[] {
  const source = random('shares')
  const counts = new Array<number>(LOGITS.length).fill(0)
  for (let draw = 0; draw < DRAWS; draw++) {
    const id = nextToken(LOGITS, { temperature: 1, topP: 1, topK: 0, ...options }, source)
    counts[id] = (counts[id] as number) + 1 / DRAWS
  }
  return counts
}

function softmax(temperature: number): number[] {
  const odds = [...LOGITS].map((logit) => Math.exp(logit / temperature))
  const total = odds.reduce((a, b) => a + b)
  return odds.map((value) => value / total)
}

const near = (actual: readonly number[], expected: readonly number[]) =>
  actual.forEach(
    (value, id) => void ok(Math.abs(value - (expected[id] as number)) < 0.03, `token ${id}: ${value}`),
  )

describe('the next token', () => {
  it('is the first of the likeliest at temperature 0', () =>
    equal(nextToken(LOGITS, { temperature: 0, topP: 0.1, topK: 3 }, random('any')), 1))

  for (const temperature of [0.5, 1, 3]) {
    it(`is drawn with its probability at temperature ${temperature}`, () =>
      near(shares({ temperature }), softmax(temperature)))
  }

  it('is among the k likeliest', () => {
    const drawn = shares({ topK: 2 })
    deepEqual(
      drawn.map((share) => share > 0),
      [false, true, false, false, false, true],
    )
    near(drawn, [0, 0.5, 0, 0, 0, 0.5])
  })

  it('is in the smallest set that reaches top-p', () => {
    // The likeliest two reach 0.81 together, so the third is needed for 0.85 and no more.
    deepEqual(
      shares({ topP: 0.85 }).map((share) => share > 0),
      [false, true, true, false, false, true],
    )
  })

  it('is the likeliest one where top-p is tiny', () =>
    deepEqual(
      shares({ topP: 1e-9 }).map((share) => share > 0),
      [false, true, false, false, false, false],
    ))
})
