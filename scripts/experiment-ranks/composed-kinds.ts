import { letterPlaces } from '../tasks/letter-places.ts'
import { type DerivedKind, derivedKind, type TaskKind } from '../tasks/task-kind.ts'
import { wordEdits } from '../tasks/word-edits.ts'

const FIRST = [
  'reverse-word',
  'sort-letters',
  'next-letters',
  'first-to-end',
  'last-to-front',
  'drop-first',
  'drop-last',
  'swap-ends',
]
const SECOND = [...FIRST, 'second-letters', 'double-letters', 'vowel-digits', 'word-twice']
/** One undoes the other, or they are the same as one of them. */
const TRIVIAL = new Set([
  'first-to-end last-to-front',
  'last-to-front first-to-end',
  'reverse-word sort-letters',
])

/** Two edits of a word one after the other. The base model knows each, and was never asked for both. */
export const composedKinds: readonly TaskKind[] = FIRST.flatMap((first) =>
  SECOND.filter((second) => second !== first && !TRIVIAL.has(`${first} ${second}`)).map((second) =>
    composed(editOf(first), editOf(second)),
  ),
)

function composed(first: DerivedKind, second: DerivedKind): TaskKind {
  const [begin] = first.definitions
  const [end] = second.definitions
  const definition = `${begin.slice(0, -1)}, then ${end.slice(0, 1).toLowerCase()}${end.slice(1)}`
  return derivedKind(
    `${first.name}-then-${second.name}`,
    [definition],
    (random) => first.sample(random).input,
    (input) => second.answer(first.answer(input)),
  )
}

function editOf(name: string): DerivedKind {
  const found = [...wordEdits, ...letterPlaces].find((kind) => kind.name === name)
  if (found === undefined) throw new RangeError(`no edit of words is called ${name}`)
  return found
}
