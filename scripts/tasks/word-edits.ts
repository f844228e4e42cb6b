import { drawWord } from './draw.ts'
import {
  eachLetter,
  eachVowel,
  letterAfter,
  onlyVowels,
  reversed,
  sortedLetters,
  withoutVowels,
} from './letter-rules.ts'
import { type DerivedKind, derivedKind, type TaskKind } from './task-kind.ts'

const edit = (
  name: string,
  definitions: TaskKind['definitions'],
  change: (word: string) => string,
): DerivedKind => derivedKind(name, definitions, (random) => drawWord(random), change)

/** One change to one made-up word. */
export const wordEdits: readonly DerivedKind[] = [
  edit('copy-word', ['Copy the word.', 'Write the same word.'], (word) => word),
  edit(
    'reverse-word',
    ['Reverse the word.', 'Write the word backwards.', 'Spell the word from its end.'],
    reversed,
  ),
  edit('capitals', ['Write the word in capital letters.', 'Turn the word into upper case.'], (word) =>
    word.toUpperCase(),
  ),
  edit(
    'capital-first',
    ['Make the first letter a capital.', 'Write the first letter of the word in upper case.'],
    (word) => word.slice(0, 1).toUpperCase() + word.slice(1),
  ),
  edit('drop-vowels', ['Remove the vowels.', 'Leave out every vowel of the word.'], withoutVowels),
  edit('keep-vowels', ['Keep only the vowels.', 'Write the vowels of the word.'], onlyVowels),
  edit('double-letters', ['Write each letter twice.', 'Double every letter of the word.'], (word) =>
    eachLetter(word, (letter) => letter + letter),
  ),
  edit(
    'sort-letters',
    ['Sort the letters.', 'Put the letters of the word in order from a to z.'],
    sortedLetters,
  ),
  edit('dash-letters', ['Put a dash between the letters.', 'Spell the word with dashes.'], (word) =>
    [...word].join('-'),
  ),
  edit('word-twice', ['Write the word twice.', 'Double the word.'], (word) => word + word),
  edit('star-vowels', ['Replace each vowel by a star.', 'Hide the vowels of the word.'], (word) =>
    eachVowel(word, () => '*'),
  ),
  edit(
    'second-letters',
    ['Keep every second letter.', 'Write only every second letter of the word.'],
    (word) => eachPlace(word, (place) => place % 2 === 1),
  ),
  edit(
    'next-letters',
    ['Replace each letter by the next one.', 'Write the next letter for every letter.'],
    (word) => eachLetter(word, (letter) => letterAfter(letter, 1)),
  ),
  edit('vowel-digits', ['Replace each vowel by its number.', 'Write the vowels as numbers.'], (word) =>
    eachVowel(word, (letter) => String('aeiou'.indexOf(letter) + 1)),
  ),
  edit('brackets', ['Put the word in brackets.', 'Write brackets around the word.'], (word) => `[${word}]`),
  edit(
    'mirror-word',
    ['Write the word and then its reverse.', 'Mirror the word.'],
    (word) => word + reversed(word),
  ),
]

const eachPlace = (word: string, keep: (place: number) => boolean) =>
  [...word].filter((_, place) => keep(place)).join('')
