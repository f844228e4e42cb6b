import { deepEqual, equal, throws } from 'node:assert/strict'
import {
  fraction,
  positiveInteger,
  positiveNumber,
  positiveNumbers,
  targetModules,
  wholeNumber,
} from '../../../src/cli/parse-option.ts'
import { losses, weightRule } from '../../../src/cli/parse-weights.ts'

describe('options of a command', () => {
  const refused: [(text: string) => unknown, string[]][] = [
    [positiveInteger, ['0', '-1', '1.5', 'many', '', '1e99']],
    [wholeNumber, ['-1', '0.5', 'x', '', ' ']],
    [positiveNumber, ['0', '-1', 'Infinity', 'NaN', '']],
    [fraction, ['1', '-0.1', 'half', '']],
    [
      weightRule,
      [
        '',
        'fair',
        'fair:',
        'fair: ',
        'fair:2',
        'lorar:0.1',
        'lorar:0.5:0.1',
        'lorar::1',
        'uniform:1',
        'best',
      ],
    ],
    [losses, ['', '1', '1:', ':1', '1:2:3', '1:2,', 'a:b', '-1:0']],
    [positiveNumbers, ['1,,2', '1,0', 'a,b', '']],
  ]
  for (const [parse, texts] of refused) {
    it(`${parse.name} refuses ${texts.map((text) => JSON.stringify(text)).join(', ')}`, () => {
      for (const text of texts) throws(() => parse(text), /expected/, text)
    })
  }

  it('are read as what they mean', () => {
    deepEqual(
      [positiveInteger('8'), wholeNumber('0'), positiveNumber('3e-3'), fraction('0.05')],
      [8, 0, 0.003, 0.05],
    )
    deepEqual(positiveNumbers('100,50,25'), [100, 50, 25])
    deepEqual(targetModules('q_proj, v_proj'), ['q_proj', 'v_proj'])
    deepEqual(weightRule('fair:0.1'), { rule: 'fair', reach: 0.1 })
    deepEqual(losses('2.1:1.7,1:0'), [
      { before: 2.1, after: 1.7 },
      { before: 1, after: 0 },
    ])
    equal(targetModules('all-linear'), 'all-linear')
  })
})
