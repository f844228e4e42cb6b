import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { heldOutKinds } from '../../../scripts/tasks/held-out-kinds.ts'
import { pretrainingKinds } from '../../../scripts/tasks/pretraining-kinds.ts'
import { sampleDifferent, sampleTask, sideOf } from '../../../scripts/tasks/sample-task.ts'
import type { TaskKind } from '../../../scripts/tasks/task-kind.ts'
import { random } from '../../../src/base/random.ts'

const kinds = [...pretrainingKinds, ...heldOutKinds]

function kind(name: string): TaskKind {
  const found = kinds.find((candidate) => candidate.name === name)
  ok(found, name)
  return found
}

const inputsOf = (side: 'train' | 'test', of: TaskKind) =>
  sampleDifferent(of, side, 50, random('inputs', side)).map(({ input }) => input)

describe('the task generator', () => {
  it('has dozens of kinds, each with a name of its own', () => {
    ok(pretrainingKinds.length >= 40 && heldOutKinds.length >= 8)
    equal(new Set(kinds.map(({ name }) => name)).size, kinds.length)
  })

  it('holds out instructions that pretraining never gives', () => {
    const known = new Set(pretrainingKinds.flatMap(({ definitions }) => [...definitions]))
    deepEqual(
      heldOutKinds.flatMap(({ definitions }) => definitions.filter((definition) => known.has(definition))),
      [],
    )
  })

  for (const each of kinds) {
    it(`${each.name}: the seed decides, answers are short and never empty`, () => {
      const draw = (seed: number) => Array.from({ length: 20 }, (_, at) => each.sample(random(seed, at)))
      deepEqual(draw(1), draw(1))
      notEqual(JSON.stringify(draw(1)), JSON.stringify(draw(2)))
      for (const { input, output } of draw(3)) {
        ok(input.length > 0 && output.length > 0, JSON.stringify({ input, output }))
        ok(each.definitions[0].length + input.length + output.length <= 160)
      }
    })

    it(`${each.name}: train and test share no input`, () => {
      const train = new Set(inputsOf('train', each))
      const test = inputsOf('test', each)
      ok(test.length > 0)
      deepEqual(
        test.filter((input) => train.has(input)),
        [],
      )
    })
  }

  it('puts an input on its side for good', () => {
    const copy = kind('copy-word')
    for (let seed = 0; seed < 20; seed++) {
      equal(sideOf(copy, sampleTask(copy, 'test', random(seed)).input), 'test')
      equal(sideOf(copy, sampleTask(copy, 'train', random(seed)).input), 'train')
    }
  })

  it('answers as the instruction says', () => {
    const answer = (name: string, input: string) => {
      for (let seed = 0; seed < 20_000; seed++) {
        const instance = kind(name).sample(random(name, seed))
        if (instance.input === input) return instance.output
      }
      throw new Error(`${name} never asks about ${input}`)
    }
    equal(answer('classify', 'wolf'), 'animal')
    equal(answer('double', '161'), '322')
    equal(answer('tala-word', 'moon'), 'mir')
  })

  const checks: Record<string, (input: string) => string> = {
    'reverse-word': (input) => input.split('').reverse().join(''),
    'drop-vowels': (input) => input.replace(/[aeiou]/g, ''),
    'sort-letters': (input) => input.split('').sort().join(''),
    'replace-letter': (input) =>
      input
        .slice(4)
        .split(input[0] as string)
        .join(input[2]),
    'reverse-consonants': (input) =>
      input
        .replace(/[aeiou]/g, '')
        .split('')
        .reverse()
        .join(''),
    'turn-vowels': (input) => input.replace(/[aeiou]/g, (vowel) => 'eioua'['aeiou'.indexOf(vowel)] as string),
    'word-ends': (input) => `${input[0]}${input.at(-1)}`,
    'kova-plural': (input) => (/[aeiou]$/.test(input) ? `${input}n` : `${input}ot`),
    'date-dots': (input) => input.split('-').reverse().join('.'),
    'next-step': (input) => String(4 * Number(input.split(',')[1]) - 3 * Number(input.split(',')[0])),
    'next-in-pattern': (input) => nextLetter(input),
    encode: (input) => {
      const [rows = '', asked = ''] = input.split('?')
      const value = new Map(rows.split(',').map((row) => row.split('=') as [string, string]))
      return [...asked].map((letter) => value.get(letter)).join('')
    },
  }
  for (const [name, expected] of Object.entries(checks)) {
    it(`${name} agrees with a second way to work it out`, () => {
      for (let seed = 0; seed < 50; seed++) {
        const { input, output } = kind(name).sample(random('check', seed))
        equal(output, expected(input), input)
      }
    })
  }
})

/** Goes on with the shortest unit that the text repeats. */
function nextLetter(text: string): string {
  for (let size = 1; size < text.length; size++) {
    const unit = text.slice(0, size)
    if (unit.repeat(text.length).startsWith(text)) return unit[text.length % size] as string
  }
  return ''
}
