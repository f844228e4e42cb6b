import type { Random } from '../../src/base/random.ts'
import { ALPHABET, between, pick } from './draw.ts'
import { letterPlaces } from './letter-places.ts'
import { derivedKind, type TaskKind } from './task-kind.ts'
import { wordEdits } from './word-edits.ts'

const COPYING = [
  'copy-word',
  'word-twice',
  'brackets',
  'dash-letters',
  'capitals',
  'drop-first',
  'drop-last',
  'first-to-end',
  'reverse-word',
]

const drawLetters = (random: Random) =>
  Array.from({ length: between(6, 18, random) }, () => pick<string>(ALPHABET, random)).join('')

/**
 * The simplest edits on long strings of random letters. Most of their text is answer, and nearly every letter of it
 * has to be found in the input: a model learns to copy from them in a fraction of the steps that short words take.
 */
export const spellingDrills: readonly TaskKind[] = [...wordEdits, ...letterPlaces]
  .filter(({ name }) => COPYING.includes(name))
  .map(({ name, definitions, answer }) => derivedKind(name, definitions, drawLetters, answer))
