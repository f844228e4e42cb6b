import type { Random } from '../../src/base/random.ts'
import { between } from './draw.ts'
import { derivedKind, type TaskKind } from './task-kind.ts'

const pair = (sign: string, most: number) => (random: Random) =>
  `${between(0, most, random)}${sign}${between(0, most, random)}`

const largerFirst = (random: Random) => {
  const one = between(0, 60, random)
  return `${one}-${between(0, one, random)}`
}

const single = (most: number) => (random: Random) => String(between(0, most, random))

const ofPair = (sign: string, answer: (one: number, other: number) => number | string) => (input: string) => {
  const [one = '', other = ''] = input.split(sign)
  return String(answer(Number(one), Number(other)))
}

const ofNumber = (answer: (value: number) => number | string) => (input: string) =>
  String(answer(Number(input)))

/** Sums and comparisons of small whole numbers. */
export const arithmetic: readonly TaskKind[] = [
  derivedKind(
    'add',
    ['Add the numbers.', 'Write the sum.'],
    pair('+', 60),
    ofPair('+', (a, b) => a + b),
  ),
  derivedKind(
    'subtract',
    ['Subtract the numbers.', 'Write the difference.'],
    largerFirst,
    ofPair('-', (a, b) => a - b),
  ),
  derivedKind(
    'multiply',
    ['Multiply the numbers.', 'Write the product.'],
    pair('*', 12),
    ofPair('*', (a, b) => a * b),
  ),
  derivedKind('larger', ['Write the larger number.'], pair(',', 99), ofPair(',', Math.max)),
  derivedKind('smaller', ['Write the smaller number.'], pair(',', 99), ofPair(',', Math.min)),
  derivedKind(
    'sign',
    ['Compare the numbers.'],
    pair(',', 99),
    ofPair(',', (a, b) => (a < b ? '<' : a > b ? '>' : '=')),
  ),
  derivedKind(
    'double',
    ['Double the number.'],
    single(500),
    ofNumber((value) => value * 2),
  ),
  derivedKind(
    'add-ten',
    ['Add ten to the number.'],
    single(990),
    ofNumber((value) => value + 10),
  ),
  derivedKind(
    'next-number',
    ['Write the next number.'],
    single(999),
    ofNumber((value) => value + 1),
  ),
  derivedKind(
    'even-odd',
    ['Is the number even or odd?'],
    single(999),
    ofNumber((value) => (value % 2 ? 'odd' : 'even')),
  ),
  derivedKind(
    'reverse-number',
    ['Reverse the number.', 'Write the number backwards.'],
    single(99_999),
    (input) => [...input].reverse().join(''),
  ),
]
