import type { Random } from '../../src/base/random.ts'

/** One question and its only right answer. */
export interface TaskInstance {
  readonly input: string
  readonly output: string
}

/**
 * A kind of task in the manner of Natural Instructions: what is asked, in several wordings, and a source of
 * instances. `sample` takes all its chance from `random`, so a seed gives the same instances everywhere.
 */
export interface TaskKind {
  /** Kebab-case, unique among all kinds. */
  readonly name: string
  /** Wordings of the same instruction; the first is the one that data files use. */
  readonly definitions: readonly [string, ...string[]]
  sample(random: Random): TaskInstance
}

/** A kind whose output follows from its input. */
export interface DerivedKind extends TaskKind {
  answer(input: string): string
}

/** A kind whose output follows from its input by `answer`. */
export function derivedKind(
  name: string,
  definitions: TaskKind['definitions'],
  drawInput: (random: Random) => string,
  answer: (input: string) => string,
): DerivedKind {
  return {
    name,
    definitions,
    answer,
    sample: (random) => {
      const input = drawInput(random)
      return { input, output: answer(input) }
    },
  }
}
