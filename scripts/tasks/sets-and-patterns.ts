import type { Random } from '../../src/base/random.ts'
import { ALPHABET, between, drawSome } from './draw.ts'
import { letterAfter } from './letter-rules.ts'
import { derivedKind, type TaskKind } from './task-kind.ts'

const twoSets = (random: Random) => {
  const pool = drawSome<string>(ALPHABET, 6, random)
  const some = () => drawSome(pool, between(2, 4, random), random).join('')
  return `${some()}|${some()}`
}

const ofSets = (answer: (one: string[], other: string[]) => string[]) => (input: string) => {
  const [one = '', other = ''] = input.split('|')
  return answer([...one], [...other]).join('') || '-'
}

const steps = (random: Random) => {
  const [start, step] = [between(0, 40, random), between(1, 5, random)]
  return [0, 1, 2, 3].map((at) => start + at * step).join(',')
}

const repeating = (random: Random) => {
  const unit = drawSome<string>(ALPHABET, between(2, 3, random), random)
  return Array.from({ length: between(4, 7, random) }, (_, at) => unit[at % unit.length]).join('')
}

const run = (random: Random) => {
  const from = random.integer(20)
  return ALPHABET.slice(from, from + between(2, 5, random))
}

function nextOfPattern(input: string): string {
  const period =
    [2, 3].find((size) => [...input].every((letter, at) => at < size || letter === input[at - size])) ?? 1
  return input[input.length - period] ?? ''
}

/** Sets of letters, and what comes next. */
export const setsAndPatterns: readonly TaskKind[] = [
  derivedKind(
    'intersection',
    ['Which letters are in both sets?'],
    twoSets,
    ofSets((a, b) => a.filter((x) => b.includes(x))),
  ),
  derivedKind(
    'difference',
    ['Which letters are only in the first set?'],
    twoSets,
    ofSets((a, b) => a.filter((x) => !b.includes(x))),
  ),
  derivedKind(
    'union',
    ['Join the two sets.'],
    twoSets,
    ofSets((a, b) => [...new Set([...a, ...b])]),
  ),
  derivedKind('next-in-pattern', ['Which letter comes next in the pattern?'], repeating, nextOfPattern),
  derivedKind('next-step', ['Which number comes next?'], steps, (input) => {
    const [one = 0, other = 0] = input.split(',').map(Number)
    return String(one + 4 * (other - one))
  }),
  derivedKind('next-in-alphabet', ['Which letter comes next in the alphabet?'], run, (input) =>
    letterAfter(input.slice(-1), 1),
  ),
]
