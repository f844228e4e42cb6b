import type { Random } from '../../src/base/random.ts'
import { ALPHABET, between, drawSome, drawWord, pick } from './draw.ts'
import type { TaskKind } from './task-kind.ts'

type Row = readonly [key: string, value: string]

const drawRows = (random: Random, drawValue: (random: Random) => string): Row[] =>
  drawSome<string>(ALPHABET, between(3, 4, random), random).map((key) => [key, drawValue(random)] as const)

const written = (rows: readonly Row[]) => rows.map((row) => row.join('=')).join(',')
const digit = (random: Random) => String(random.integer(10))

const table = (
  name: string,
  definitions: TaskKind['definitions'],
  drawValue: (random: Random) => string,
  ask: (rows: readonly Row[], random: Random) => readonly [question: string, answer: string],
): TaskKind => ({
  name,
  definitions,
  sample: (random) => {
    const rows = drawRows(random, drawValue)
    const [question, output] = ask(rows, random)
    return { input: `${written(rows)}?${question}`, output }
  },
})

const several = (rows: readonly Row[], count: number, random: Random): readonly [string, string] => {
  const asked = Array.from({ length: count }, () => pick(rows, random))
  return [asked.map(([key]) => key).join(''), asked.map(([, value]) => value).join('')]
}

/** A table that is given with the question, as in `a=3,k=7,c=1?k`. */
export const tables: readonly TaskKind[] = [
  table('look-up', ['Look up the value in the table.', 'Use the table.'], digit, (rows, random) =>
    pick(rows, random),
  ),
  table(
    'look-up-word',
    ['Look up the word in the table.'],
    (random) => drawWord(random, 3, 4),
    (rows, random) => pick(rows, random),
  ),
  table('encode', ['Replace each letter by its value in the table.'], digit, (rows, random) =>
    several(rows, between(2, 4, random), random),
  ),
  {
    name: 'look-up-key',
    definitions: ['Look up which letter has the value.'],
    sample: (random) => {
      const values = drawSome<string>('0123456789', 4, random)
      const rows = drawSome<string>(ALPHABET, 4, random).map((key, at) => [key, values[at] ?? ''] as const)
      const [key, value] = pick(rows, random)
      return { input: `${written(rows)}?${value}`, output: key }
    },
  },
]
