import type { Random } from '../../src/base/random.ts'
import { between, drawPhrase } from './draw.ts'
import { derivedKind, type TaskKind } from './task-kind.ts'

const DIGIT_NAMES = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
export const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const two = (value: number) => String(value).padStart(2, '0')

/** A date as in `2024-03-07`. */
export const drawDate = (random: Random): string =>
  `${between(1990, 2039, random)}-${two(between(1, 12, random))}-${two(between(1, 28, random))}`

/** The year, month and day of a date, as they are written. */
export const dateParts = (date: string): readonly [year: string, month: string, day: string] => {
  const [year = '', month = '', day = ''] = date.split('-')
  return [year, month, day]
}

const upTo = (most: number) => (random: Random) => String(between(0, most, random))
const names = (digits: string) => [...digits].map((digit) => DIGIT_NAMES[Number(digit)]).join(' ')
const drawTime = (random: Random) => `${two(random.integer(24))}:${two(random.integer(60))}`

const ofDate = (answer: (year: string, month: string, day: string) => string) => (date: string) =>
  answer(...dateParts(date))

/** The same thing written in another way. */
export const formats: readonly TaskKind[] = [
  derivedKind(
    'date-dots',
    ['Write the date with dots, the day first.'],
    drawDate,
    ofDate((y, m, d) => `${d}.${m}.${y}`),
  ),
  derivedKind(
    'date-slashes',
    ['Write the date with slashes, the month first.'],
    drawDate,
    ofDate((y, m, d) => `${m}/${d}/${y}`),
  ),
  derivedKind(
    'month-name',
    ['Name the month of the date.'],
    drawDate,
    ofDate((_, m) => MONTHS[Number(m) - 1] ?? ''),
  ),
  derivedKind(
    'year',
    ['Write the year of the date.'],
    drawDate,
    ofDate((y) => y),
  ),
  derivedKind('pad-number', ['Write the number with four digits.'], upTo(9999), (input) =>
    input.padStart(4, '0'),
  ),
  derivedKind('digit-names', ['Write the digits as words.'], upTo(999), names),
  derivedKind(
    'name-digits',
    ['Write the words as digits.'],
    (random) => names(upTo(999)(random)),
    (input) =>
      input
        .split(' ')
        .map((name) => DIGIT_NAMES.indexOf(name))
        .join(''),
  ),
  derivedKind(
    'price',
    ['Write the price with a dot.'],
    (random) => String(between(100, 99_999, random)),
    (input) => `${input.slice(0, -2)}.${input.slice(-2)}`,
  ),
  derivedKind('half-day', ['Is the time am or pm?'], drawTime, (time) =>
    Number(time.slice(0, 2)) < 12 ? 'am' : 'pm',
  ),
  derivedKind(
    'to-list',
    ['Write the words as a list.'],
    (random) => drawPhrase(random),
    (input) => input.replaceAll(' ', ','),
  ),
]
