import { drawPhrase, drawWords } from './draw.ts'
import { derivedKind, type TaskKind } from './task-kind.ts'

const list = (
  name: string,
  definitions: TaskKind['definitions'],
  answer: (words: readonly string[]) => readonly string[],
): TaskKind =>
  derivedKind(
    name,
    definitions,
    (random) => drawWords(random),
    (input) => answer(input.split(',')).join(','),
  )

const phrase = (
  name: string,
  definitions: TaskKind['definitions'],
  answer: (words: readonly string[]) => readonly string[],
  gap = ' ',
): TaskKind =>
  derivedKind(
    name,
    definitions,
    (random) => drawPhrase(random),
    (input) => answer(input.split(' ')).join(gap),
  )

/** Several made-up words, with commas (a list) or with spaces (a phrase). */
export const wordLists: readonly TaskKind[] = [
  list('first-word-of-list', ['Write the first word of the list.'], (words) => words.slice(0, 1)),
  list('last-word-of-list', ['Write the last word of the list.'], (words) => words.slice(-1)),
  list('reverse-word-list', ['Reverse the list of words.'], (words) => words.toReversed()),
  list('sort-words', ['Sort the words.'], (words) => words.toSorted()),
  list('longest-word', ['Write the longest word.'], (words) => [
    words.reduce((best, word) => (word.length > best.length ? word : best)),
  ]),
  phrase('swap-words', ['Write the words in reverse order.'], (words) => words.toReversed()),
  phrase(
    'initials',
    ['Write the first letter of each word.'],
    (words) => words.map((word) => word.slice(0, 1)),
    '',
  ),
  phrase(
    'finals',
    ['Write the last letter of each word.'],
    (words) => words.map((word) => word.slice(-1)),
    '',
  ),
  phrase('last-word', ['Write the last word.'], (words) => words.slice(-1)),
  phrase('join-words', ['Join the words.'], (words) => words, ''),
  phrase('dash-words', ['Put a dash between the words.'], (words) => words, '-'),
  phrase('capital-words', ['Write each word in capital letters.'], (words) =>
    words.map((word) => word.toUpperCase()),
  ),
]
