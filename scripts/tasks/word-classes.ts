import type { Random } from '../../src/base/random.ts'
import { pick } from './draw.ts'
import { derivedKind, type TaskKind } from './task-kind.ts'

/** Real words by what they name. */
export const WORDS_BY_CLASS = {
  animal: [
    'cat',
    'dog',
    'cow',
    'hen',
    'fox',
    'owl',
    'bee',
    'ant',
    'goat',
    'bear',
    'wolf',
    'frog',
    'duck',
    'crab',
  ],
  food: [
    'bread',
    'rice',
    'egg',
    'pie',
    'soup',
    'cake',
    'bean',
    'plum',
    'pear',
    'corn',
    'fig',
    'ham',
    'leek',
    'jam',
  ],
  color: ['red', 'blue', 'pink', 'gray', 'black', 'white', 'green', 'gold', 'brown', 'teal', 'lime', 'ruby'],
  tool: ['saw', 'axe', 'hoe', 'drill', 'file', 'rake', 'nail', 'rope', 'pump', 'vise', 'knife', 'spade'],
} as const

export type WordClass = keyof typeof WORDS_BY_CLASS

export const WORD_CLASSES = Object.keys(WORDS_BY_CLASS) as readonly WordClass[]

const CLASS_OF = new Map<string, WordClass>(
  WORD_CLASSES.flatMap((name) => WORDS_BY_CLASS[name].map((word) => [word, name] as const)),
)

export const classOf = (word: string): WordClass => CLASS_OF.get(word) ?? 'tool'

export const drawClassWord = (random: Random): string =>
  pick<string>(WORDS_BY_CLASS[pick(WORD_CLASSES, random)], random)

export const drawClassWords = (random: Random, count: number): string =>
  Array.from({ length: count }, () => drawClassWord(random)).join(',')

const others = (list: string, name: WordClass) => list.split(',').filter((word) => classOf(word) === name)

/** What real words name. */
export const wordClasses: readonly TaskKind[] = [
  derivedKind(
    'classify',
    ['What does the word name?', 'Name the class of the word.'],
    drawClassWord,
    classOf,
  ),
  derivedKind('is-animal', ['Is it an animal?'], drawClassWord, (word) =>
    classOf(word) === 'animal' ? 'yes' : 'no',
  ),
  derivedKind('is-food', ['Is it a food?'], drawClassWord, (word) =>
    classOf(word) === 'food' ? 'yes' : 'no',
  ),
  derivedKind(
    'find-animals',
    ['Keep only the animals.'],
    (random) => drawClassWords(random, 3),
    (list) => others(list, 'animal').join(',') || '-',
  ),
  derivedKind(
    'classify-each',
    ['Write the class of each word.'],
    (random) => drawClassWords(random, 2),
    (list) => list.split(',').map(classOf).join(','),
  ),
  derivedKind(
    'same-class',
    ['Are the words of the same class?'],
    (random) => drawClassWords(random, 2),
    (list) => (new Set(list.split(',').map(classOf)).size === 1 ? 'yes' : 'no'),
  ),
]
