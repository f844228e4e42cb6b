import type { Random } from '../../src/base/random.ts'
import { ALPHABET, drawWord, pick } from './draw.ts'
import { derivedKind, type TaskKind } from './task-kind.ts'

const wordAndLetter = (random: Random): string => {
  const word = drawWord(random)
  const letter = pick<string>(random.uniform() < 0.75 ? word : ALPHABET, random)
  return `${letter},${word}`
}

const wordAndChange = (random: Random): string => {
  const word = drawWord(random)
  return `${pick<string>(word, random)}>${pick<string>(ALPHABET, random)},${word}`
}

const given = (
  name: string,
  definitions: TaskKind['definitions'],
  answer: (letter: string, word: string) => string,
): TaskKind =>
  derivedKind(name, definitions, wordAndLetter, (input) => answer(input.slice(0, 1), input.slice(2)))

/** A letter and a made-up word, as in `t,stone`. */
export const givenLetter: readonly TaskKind[] = [
  given(
    'remove-letter',
    ['Remove the given letter from the word.'],
    (letter, word) => word.replaceAll(letter, '') || '-',
  ),
  given('add-letter', ['Add the given letter at the end of the word.'], (letter, word) => word + letter),
  given('put-in-front', ['Put the given letter in front of the word.'], (letter, word) => letter + word),
  given(
    'count-letter',
    ['Count the given letter in the word.', 'How often is the letter in the word?'],
    (letter, word) => String(word.split(letter).length - 1),
  ),
  given('has-letter', ['Is the given letter in the word?'], (letter, word) =>
    word.includes(letter) ? 'yes' : 'no',
  ),
  given('letter-to-capital', ['Write the given letter in upper case in the word.'], (letter, word) =>
    word.replaceAll(letter, letter.toUpperCase()),
  ),
  derivedKind(
    'replace-letter',
    ['Replace the first given letter by the second in the word.', 'Change the letter in the word.'],
    wordAndChange,
    (input) => input.slice(4).replaceAll(input.slice(0, 1), input.slice(2, 3)),
  ),
]
