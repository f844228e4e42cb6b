import { equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { exactMatch, normalizeAnswer } from '../../../src/train/evaluate/exact-match.ts'
import { rougeL } from '../../../src/train/evaluate/rouge-l.ts'

const rounded = (value: number) => Number(value.toFixed(4))

describe('Rouge-L', () => {
  it('gives the figures of the rouge_score package', () => {
    // From its README and tests: 'The quick brown fox jumps over the lazy dog' against 'The quick brown dog jumps on the log.'
    const target = 'The quick brown fox jumps over the lazy dog'
    equal(rounded(rougeL('The quick brown dog jumps on the log.', [target])), rounded((2 * 5) / (9 + 8)))
    equal(rougeL('testing one two', ['testing']), 0.5)
    equal(rougeL('', ['a']), 0)
  })

  it('follows the order of words, not only their presence', () => {
    equal(rougeL('c b a', ['a b c']), rougeL('c x y', ['a b c']))
  })

  it('takes the best of several references', () => {
    equal(rougeL('yes', ['no way', 'yes']), 1)
  })

  it('compares other scripts by their own words or letters, and punctuation by characters', () => {
    equal(rougeL('Привет мир', ['привет, мир!']), 1)
    equal(rougeL('我喜欢猫', ['我喜欢狗']), 0.75)
    equal(rounded(rougeL('(())', ['(()'])), rounded(6 / 7))
  })

  it('is 1 for the reference itself and lies between 0 and 1', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
        const score = rougeL(one, [other])
        ok(score >= 0 && score <= 1)
        if (/[a-z]/.test(one)) equal(rougeL(one, [one]), 1)
      }),
    )
  })
})

describe('exact match', () => {
  it('overlooks case, ASCII punctuation and white space, as Natural Instructions does', () => {
    equal(normalizeAnswer(' The  "Cat"\n sat. '), 'the cat sat')
    ok(exactMatch('the cat, sat', ['A dog', 'The cat sat.']))
    ok(!exactMatch('the cats', ['the cat']))
  })

  it('compares a reference of punctuation alone as it is', () => {
    ok(exactMatch(' ?! ', ['?!']))
    ok(!exactMatch('', ['?!']))
    ok(!exactMatch('!', ['?!']))
  })
})
