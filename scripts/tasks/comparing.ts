import type { Random } from '../../src/base/random.ts'
import { drawWord, isVowel } from './draw.ts'
import { derivedKind, type TaskKind } from './task-kind.ts'

const maybeEqual = (random: Random) => {
  const word = drawWord(random, 3, 5)
  return `${word},${random.uniform() < 0.5 ? word : drawWord(random, 3, 5)}`
}

const sameStart = (random: Random) => {
  const word = drawWord(random, 3, 5)
  const other = drawWord(random, 3, 5)
  return `${word},${random.uniform() < 0.5 ? other : word.slice(0, 1) + other.slice(1)}`
}

const sameEnd = (random: Random) => {
  const word = drawWord(random, 3, 5)
  const other = drawWord(random, 3, 5)
  return `${word},${random.uniform() < 0.5 ? other : other.slice(0, -1) + word.slice(-1)}`
}

const two = (random: Random) => `${drawWord(random, 2, 6)},${drawWord(random, 2, 6)}`
const one = (random: Random) => drawWord(random, 3, 6)
const yes = (truth: boolean) => (truth ? 'yes' : 'no')

const ofTwo = (answer: (first: string, second: string) => string) => (input: string) => {
  const [first = '', second = ''] = input.split(',')
  return answer(first, second)
}

/** Questions about one or two made-up words, most of them answered with yes or no. */
export const comparing: readonly TaskKind[] = [
  derivedKind(
    'same-word',
    ['Are the words the same?'],
    maybeEqual,
    ofTwo((a, b) => yes(a === b)),
  ),
  derivedKind(
    'same-start',
    ['Do the words start with the same letter?'],
    sameStart,
    ofTwo((a, b) => yes(a[0] === b[0])),
  ),
  derivedKind(
    'same-end',
    ['Do the words end with the same letter?'],
    sameEnd,
    ofTwo((a, b) => yes(a.at(-1) === b.at(-1))),
  ),
  derivedKind(
    'first-in-order',
    ['Which word comes first in the alphabet?'],
    two,
    ofTwo((a, b) => (a.localeCompare(b, 'en') < 0 ? a : b)),
  ),
  derivedKind(
    'longer-word',
    ['Write the longer word.'],
    two,
    ofTwo((a, b) => (b.length > a.length ? b : a)),
  ),
  derivedKind('starts-with-vowel', ['Does the word start with a vowel?'], one, (word) =>
    yes(isVowel(word.slice(0, 1))),
  ),
  derivedKind('ends-with-vowel', ['Does the word end with a vowel?'], one, (word) =>
    yes(isVowel(word.slice(-1))),
  ),
  derivedKind(
    'short-long',
    ['Is the word short or long?'],
    (random) => drawWord(random, 2, 8),
    (word) => (word.length <= 4 ? 'short' : 'long'),
  ),
]
