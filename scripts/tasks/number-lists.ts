import type { Random } from '../../src/base/random.ts'
import { drawNumbers } from './draw.ts'
import { derivedKind, type TaskKind } from './task-kind.ts'

const digits = (random: Random) => drawNumbers(random, 3, 6, 10)
const numbers = (random: Random) => drawNumbers(random, 3, 5, 60)

const ofList = (answer: (list: readonly number[]) => readonly number[] | number) => (input: string) => {
  const result = answer(input.split(',').map(Number))
  return typeof result === 'number' ? String(result) : result.join(',') || '-'
}

/** Lists of numbers with commas, as in `4,17,3`. */
export const numberLists: readonly TaskKind[] = [
  derivedKind(
    'first-number',
    ['Write the first number of the list.'],
    numbers,
    ofList((list) => list.slice(0, 1)),
  ),
  derivedKind(
    'last-number',
    ['Write the last number of the list.'],
    numbers,
    ofList((list) => list.slice(-1)),
  ),
  derivedKind(
    'second-number',
    ['Write the second number of the list.'],
    numbers,
    ofList((list) => list.slice(1, 2)),
  ),
  derivedKind(
    'reverse-list',
    ['Reverse the list.'],
    numbers,
    ofList((list) => list.toReversed()),
  ),
  derivedKind('sort-list', ['Sort the list.', 'Sort the numbers.'], digits, ofList(ascending)),
  derivedKind(
    'largest',
    ['Write the largest number of the list.'],
    numbers,
    ofList((list) => Math.max(...list)),
  ),
  derivedKind(
    'smallest',
    ['Write the smallest number of the list.'],
    numbers,
    ofList((list) => Math.min(...list)),
  ),
  derivedKind(
    'sum-list',
    ['Add the numbers of the list.'],
    (random) => drawNumbers(random, 3, 3, 10),
    ofList(sum),
  ),
  derivedKind(
    'keep-even',
    ['Keep only the even numbers.'],
    digits,
    ofList((list) => list.filter(isEven)),
  ),
  derivedKind(
    'remove-even',
    ['Remove the even numbers.'],
    digits,
    ofList((list) => list.filter((n) => !isEven(n))),
  ),
  derivedKind(
    'above-five',
    ['Keep the numbers larger than 5.'],
    digits,
    ofList((list) => list.filter((n) => n > 5)),
  ),
  derivedKind(
    'without-repeats',
    ['Remove repeated numbers from the list.'],
    digits,
    ofList((list) => [...new Set(list)]),
  ),
  derivedKind(
    'drop-first-number',
    ['Remove the first number from the list.'],
    numbers,
    ofList((list) => list.slice(1)),
  ),
  derivedKind(
    'each-plus-one',
    ['Add one to each number.'],
    digits,
    ofList((list) => list.map((n) => n + 1)),
  ),
]

function ascending(list: readonly number[]) {
  return list.toSorted((one, other) => one - other)
}

function sum(list: readonly number[]) {
  return list.reduce((total, value) => total + value, 0)
}

function isEven(value: number) {
  return value % 2 === 0
}
