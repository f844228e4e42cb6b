import { arithmetic } from './arithmetic.ts'
import { comparing } from './comparing.ts'
import { counting } from './counting.ts'
import { formats } from './formats.ts'
import { givenLetter } from './given-letter.ts'
import { letterPlaces } from './letter-places.ts'
import { madeUpLanguage } from './made-up-language.ts'
import { numberLists } from './number-lists.ts'
import { setsAndPatterns } from './sets-and-patterns.ts'
import { tables } from './tables.ts'
import type { TaskKind } from './task-kind.ts'
import { wordClasses } from './word-classes.ts'
import { wordEdits } from './word-edits.ts'
import { wordLists } from './word-lists.ts'

/** Every kind that the base model is pretrained on. */
export const pretrainingKinds: readonly TaskKind[] = [
  ...wordEdits,
  ...letterPlaces,
  ...givenLetter,
  ...counting,
  ...arithmetic,
  ...numberLists,
  ...wordLists,
  ...tables,
  ...comparing,
  ...wordClasses,
  ...formats,
  ...setsAndPatterns,
  ...madeUpLanguage,
]
