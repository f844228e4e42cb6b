import { drawWord } from './draw.ts'
import { type DerivedKind, derivedKind, type TaskKind } from './task-kind.ts'

const place = (
  name: string,
  definitions: TaskKind['definitions'],
  change: (word: string) => string,
): DerivedKind => derivedKind(name, definitions, (random) => drawWord(random), change)

const firstLetters = (count: number): DerivedKind =>
  place(
    `first-${count}-letters`,
    [`Write the first ${count} letters.`, `Keep the first ${count} letters of the word.`],
    (word) => word.slice(0, count),
  )

const lastLetters = (count: number): DerivedKind =>
  place(
    `last-${count}-letters`,
    [`Write the last ${count} letters.`, `Keep the last ${count} letters of the word.`],
    (word) => word.slice(-count),
  )

/** Which letters of a made-up word, and where they go. */
export const letterPlaces: readonly DerivedKind[] = [
  firstLetters(2),
  firstLetters(3),
  lastLetters(2),
  lastLetters(3),
  place('first-letter', ['Write the first letter.', 'How does the word start?'], (word) => word.slice(0, 1)),
  place('last-letter', ['Write the last letter.', 'How does the word end?'], (word) => word.slice(-1)),
  place('drop-first', ['Remove the first letter.', 'Leave out the first letter of the word.'], (word) =>
    word.slice(1),
  ),
  place('drop-last', ['Remove the last letter.', 'Leave out the last letter of the word.'], (word) =>
    word.slice(0, -1),
  ),
  place('first-to-end', ['Move the first letter to the end.'], (word) => word.slice(1) + word.slice(0, 1)),
  place(
    'last-to-front',
    ['Move the last letter to the front.'],
    (word) => word.slice(-1) + word.slice(0, -1),
  ),
  place(
    'swap-ends',
    ['Swap the first and the last letter.'],
    (word) => word.slice(-1) + word.slice(1, -1) + word.slice(0, 1),
  ),
]
