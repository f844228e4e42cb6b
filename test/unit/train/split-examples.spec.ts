import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { type Example, promptExample } from '../../../src/train/data/example.ts'
import { splitExamples } from '../../../src/train/data/split-examples.ts'

const examples = (count: number): Example[] =>
  Array.from({ length: count }, (_, index) => promptExample(`question ${index}`, `answer ${index}`))

describe('splitting examples', () => {
  it('puts every example on one side, near the share asked for', () => {
    const all = examples(2000)
    const { train, validation } = splitExamples(all, { seed: 1, validationShare: 0.2 })
    equal(train.length + validation.length, all.length)
    ok(Math.abs(validation.length / all.length - 0.2) < 0.03)
  })

  it('keeps examples on their side when others are added', () => {
    const before = splitExamples(examples(100), { seed: 's' })
    const after = splitExamples(examples(300), { seed: 's' })
    deepEqual(after.validation.slice(0, before.validation.length), before.validation)
  })

  it('never puts two examples of one prompt on both sides', () => {
    const twice = examples(50).flatMap((example) => [example, { ...example, answer: 'other' } as Example])
    const { train, validation } = splitExamples(twice, { seed: 3, validationShare: 0.5 })
    const prompts = new Set(train.map((e) => e.kind === 'prompt' && e.prompt))
    ok(validation.every((e) => e.kind === 'prompt' && !prompts.has(e.prompt)))
  })

  it('parts differently under another seed', () => {
    const sides = [1, 2].map((seed) => splitExamples(examples(100), { seed, validationShare: 0.5 }).train)
    ok(JSON.stringify(sides[0]) !== JSON.stringify(sides[1]))
  })

  it('leaves neither side empty while there are two prompts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 6 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.nat(),
        (count, validationShare, seed) => {
          const { train, validation } = splitExamples(examples(count), { seed, validationShare })
          return train.length > 0 && validation.length > 0
        },
      ),
    )
  })

  it('keeps everything for training with a share of 0', () => {
    equal(splitExamples(examples(30), { seed: 0, validationShare: 0 }).train.length, 30)
  })
})
