import type { Random } from '../../src/base/random.ts'
import { between, drawNumbers, drawPhrase, drawWord, isVowel } from './draw.ts'
import { dateParts, drawDate, MONTHS } from './formats.ts'
import { eachLetter, eachVowel, onlyVowels, reversed, sortedLetters, withoutVowels } from './letter-rules.ts'
import { type Dictionary, drawEnglish, translate } from './made-up-language.ts'
import { derivedKind, type TaskKind } from './task-kind.ts'
import { classOf, drawClassWords, type WordClass } from './word-classes.ts'

const word = (random: Random) => drawWord(random)
const phrase = (random: Random) => drawPhrase(random)
const digits = (random: Random) => drawNumbers(random, 3, 5, 10)

/** A second language, over the same English words as Tala. */
const KOVA: Dictionary = {
  sun: 'ori',
  moon: 'tes',
  tree: 'lumo',
  river: 'fan',
  house: 'gil',
  hand: 'pos',
  stone: 'neru',
  fire: 'ska',
  bird: 'ulo',
  fish: 'ben',
  night: 'rak',
  day: 'ivo',
}

const KOVA_DIGITS = ['nul', 'ba', 'do', 'tri', 'ket', 'pan', 'sis', 'hep', 'ok', 'non']
const MARKS: Readonly<Record<WordClass, string>> = { animal: 'zop', food: 'mek', color: 'tal', tool: 'ruv' }
const NEXT_VOWEL: Readonly<Record<string, string>> = { a: 'e', e: 'i', i: 'o', o: 'u', u: 'a' }

/**
 * Kinds that pretraining never shows: what a federation is to learn. Most put together skills that the base
 * model has (`reverse-word` and `capitals`); some bring knowledge that it lacks (a second language, new names).
 */
export const heldOutKinds: readonly TaskKind[] = [
  derivedKind('reverse-consonants', ['Write the consonants of the word backwards.'], word, (input) =>
    reversed(withoutVowels(input)),
  ),
  derivedKind('sort-backwards', ['Put the letters of the word in order from z to a.'], word, (input) =>
    reversed(sortedLetters(input)),
  ),
  derivedKind('double-vowels', ['Write each vowel of the word twice.'], word, (input) =>
    eachVowel(input, (letter) => letter + letter),
  ),
  derivedKind(
    'word-ends',
    ['Write the first and the last letter of the word.'],
    word,
    (input) => input.slice(0, 1) + input.slice(-1),
  ),
  derivedKind(
    'without-ends',
    ['Remove the first and the last letter of the word.'],
    (random) => drawWord(random, 4, 6),
    (input) => input.slice(1, -1),
  ),
  derivedKind(
    'count-consonants',
    ['Count the consonants.'],
    (random) => drawWord(random, 3, 8),
    (input) => String(withoutVowels(input).length),
  ),
  derivedKind(
    'double-first',
    ['Write the first letter of the word twice.'],
    word,
    (input) => input.slice(0, 1) + input,
  ),
  derivedKind('kova-plural', ['Write the plural of the word in Kova.'], word, (input) =>
    isVowel(input.slice(-1)) ? `${input}n` : `${input}ot`,
  ),
  derivedKind(
    'kova-digits',
    ['Write the digits in Kova.'],
    (random) => String(between(10, 999, random)),
    (input) => [...input].map((digit) => KOVA_DIGITS[Number(digit)]).join(' '),
  ),
  derivedKind('star-consonants', ['Replace each consonant by a star.'], word, (input) =>
    eachLetter(input, (letter) => (isVowel(letter) ? letter : '*')),
  ),
  derivedKind('turn-vowels', ['Turn the vowels of the word.'], word, (input) =>
    eachVowel(input, (letter) => NEXT_VOWEL[letter] ?? letter),
  ),
  derivedKind(
    'vowels-last',
    ['Move the vowels of the word to the end.'],
    word,
    (input) => withoutVowels(input) + onlyVowels(input),
  ),
  derivedKind('reverse-each-word', ['Reverse each of the words.'], phrase, (input) =>
    input.split(' ').map(reversed).join(' '),
  ),
  derivedKind('sort-down', ['Sort the numbers from large to small.'], digits, (input) =>
    input
      .split(',')
      .toSorted((one, other) => Number(other) - Number(one))
      .join(','),
  ),
  derivedKind('largest-smallest', ['Write the largest and the smallest number.'], digits, (input) => {
    const list = input.split(',').map(Number)
    return `${Math.max(...list)},${Math.min(...list)}`
  }),
  derivedKind('date-month', ['Write the day and the month name of the date.'], drawDate, (input) => {
    const [, month, day] = dateParts(input)
    return `${Number(day)} ${MONTHS[Number(month) - 1]}`
  }),
  derivedKind(
    'to-kova',
    ['Translate the words into Kova.'],
    (random) => drawEnglish(KOVA, between(2, 3, random))(random),
    translate(KOVA),
  ),
  derivedKind(
    'mark-class',
    ['Mark each word.'],
    (random) => drawClassWords(random, 2),
    (input) =>
      input
        .split(',')
        .map((part) => MARKS[classOf(part)])
        .join(' '),
  ),
]
