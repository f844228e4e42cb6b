import { drawNumbers, drawPhrase, drawWord, drawWords } from './draw.ts'
import { onlyVowels, withoutVowels } from './letter-rules.ts'
import { derivedKind, type TaskKind } from './task-kind.ts'

/** How many there are. */
export const counting: readonly TaskKind[] = [
  derivedKind(
    'count-letters',
    ['Count the letters.', 'How many letters are in the word?'],
    (random) => drawWord(random, 2, 9),
    (word) => String(word.length),
  ),
  derivedKind(
    'count-vowels',
    ['Count the vowels.', 'How many vowels are in the word?'],
    (random) => drawWord(random, 3, 8),
    (word) => String(onlyVowels(word).length),
  ),
  derivedKind(
    'count-words',
    ['Count the words.', 'How many words are there?'],
    (random) => drawPhrase(random, 1, 5),
    (phrase) => String(phrase.split(' ').length),
  ),
  derivedKind(
    'count-numbers',
    ['Count the numbers in the list.', 'How many numbers are there?'],
    (random) => drawNumbers(random, 2, 8, 30),
    (list) => String(list.split(',').length),
  ),
  derivedKind(
    'more-vowels',
    ['Are there more vowels or more consonants?'],
    (random) => drawWord(random, 3, 7),
    (word) => compare(onlyVowels(word).length, withoutVowels(word).length),
  ),
  derivedKind(
    'count-list-words',
    ['Count the words in the list.'],
    (random) => drawWords(random, 2, 5),
    (list) => String(list.split(',').length),
  ),
]

const compare = (vowels: number, consonants: number) =>
  vowels > consonants ? 'vowels' : vowels < consonants ? 'consonants' : 'same'
