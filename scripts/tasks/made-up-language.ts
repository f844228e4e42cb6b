import type { Random } from '../../src/base/random.ts'
import { drawSome } from './draw.ts'
import { derivedKind, type TaskKind } from './task-kind.ts'

/** A language: for every English word its own. */
export type Dictionary = Readonly<Record<string, string>>

/** The language that the base model learns. */
export const TALA: Dictionary = {
  sun: 'kela',
  moon: 'mir',
  tree: 'doru',
  river: 'sai',
  house: 'bok',
  hand: 'lin',
  stone: 'garu',
  fire: 'pef',
  bird: 'tizo',
  fish: 'wam',
  night: 'nuro',
  day: 'hes',
}

export const drawEnglish = (dictionary: Dictionary, count: number) => (random: Random) =>
  drawSome(Object.keys(dictionary), count, random).join(' ')

/** Word by word, in the same order. */
export const translate = (dictionary: Dictionary) => (phrase: string) =>
  phrase
    .split(' ')
    .map((word) => dictionary[word] ?? word)
    .join(' ')

export const turnedAround = (dictionary: Dictionary): Dictionary =>
  Object.fromEntries(Object.entries(dictionary).map(([english, other]) => [other, english]))

const toEnglish = turnedAround(TALA)

/** Translation from and to a small language with a fixed dictionary. */
export const madeUpLanguage: readonly TaskKind[] = [
  derivedKind(
    'to-tala',
    ['Translate the words into Tala.', 'Write it in Tala.'],
    drawEnglish(TALA, 2),
    translate(TALA),
  ),
  derivedKind(
    'from-tala',
    ['Translate the words from Tala.'],
    drawEnglish(toEnglish, 2),
    translate(toEnglish),
  ),
  derivedKind('tala-word', ['Translate the word into Tala.'], drawEnglish(TALA, 1), translate(TALA)),
]
