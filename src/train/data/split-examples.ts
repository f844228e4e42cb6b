import { random } from '../../base/random.ts'
import type { Example } from './example.ts'

export interface SplitOptions {
  readonly seed: string | number
  /** Share of the examples that is kept for validation, 0 to 1. Default 0.1. */
  readonly validationShare?: number
}

export interface Split {
  readonly train: readonly Example[]
  readonly validation: readonly Example[]
}

/**
 * Parts examples by a hash of the seed and the prompt. An example stays on its side when others are added or
 * removed, and two examples of one prompt never fall on both sides. The sizes are therefore near the share, not
 * exact; where a side would stay empty and there are two prompts or more, the prompt nearest to the border moves.
 */
export function splitExamples(examples: readonly Example[], options: SplitOptions): Split {
  const share = options.validationShare ?? 0.1
  const keys = examples.map(splitKey)
  const draws = new Map<string, number>()
  for (const key of keys) {
    if (!draws.has(key)) draws.set(key, random('split', options.seed, key).uniform())
  }
  const border = borderOf(
    [...draws.values()].sort((one, other) => one - other),
    share,
  )
  const isValidation = (index: number) => (draws.get(keys[index] as string) as number) < border
  return {
    train: examples.filter((_, index) => !isValidation(index)),
    validation: examples.filter((_, index) => isValidation(index)),
  }
}

function borderOf(sorted: readonly number[], share: number): number {
  const lowest = sorted[0]
  const highest = sorted.at(-1)
  if (lowest === undefined || highest === undefined || lowest === highest) return share >= 1 ? 1 : 0
  if (share > 0 && lowest >= share) return sorted[1] as number
  if (share < 1 && highest < share) return highest
  return share
}

/** What must not be on both sides: the prompt, the turns before the first answer, the text. */
function splitKey(example: Example): string {
  if (example.kind === 'prompt') return example.prompt
  if (example.kind === 'text') return example.text
  const answer = example.messages.findIndex(({ role }) => role === 'assistant')
  return JSON.stringify(example.messages.slice(0, answer).map(({ role, content }) => [role, content]))
}
