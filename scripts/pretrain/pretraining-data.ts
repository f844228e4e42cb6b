import { random } from '../../src/base/random.ts'
import { encodeExample } from '../../src/train/batch/encode-example.ts'
import type { TextCoder } from '../../src/train/batch/text-coder.ts'
import type { TokenExample } from '../../src/train/batch/token-example.ts'
import type { ChatExample, PromptExample } from '../../src/train/data/example.ts'
import { pick } from '../tasks/draw.ts'
import { letterPlaces } from '../tasks/letter-places.ts'
import { pretrainingKinds } from '../tasks/pretraining-kinds.ts'
import { sampleTask } from '../tasks/sample-task.ts'
import { spellingDrills } from '../tasks/spelling-drills.ts'
import { wordEdits } from '../tasks/word-edits.ts'
import { type Rendering, renderTask } from './render-task.ts'

/** Kinds about single words come twice as often: most other skills are made of theirs. */
const KINDS = [...pretrainingKinds, ...wordEdits, ...letterPlaces]

/** So many examples are drills before anything else comes, and this share of all later ones. */
const DRILLS_FIRST = 12_000
const DRILL_SHARE = 0.06

/** How often each rendering comes, in hundredths. The long templates are dear, so a few must do. */
const RENDERINGS: readonly Rendering[] = [
  ...new Array<Rendering>(32).fill('natural'),
  ...new Array<Rendering>(64).fill('chat'),
  ...new Array<Rendering>(2).fill('alpaca'),
  ...new Array<Rendering>(2).fill('dolly'),
]

/** The example of that number: of a kind, a wording and a rendering drawn by the seed, from the training side. */
export function pretrainingExample(seed: number, index: number): ChatExample | PromptExample {
  const source = random('pretraining', seed, index)
  const drill = index < DRILLS_FIRST || source.uniform() < DRILL_SHARE
  const kind = pick(drill ? spellingDrills : KINDS, source)
  const definition = pick(kind.definitions, source)
  const rendering = pick(RENDERINGS, source)
  return renderTask(definition, sampleTask(kind, 'train', source), rendering)
}

/** The examples from number `first` on, as tokens with loss on the answers. */
export function pretrainingSequences(
  seed: number,
  first: number,
  count: number,
  coder: TextCoder,
): TokenExample[] {
  return Array.from({ length: count }, (_, at) => {
    const example = pretrainingExample(seed, first + at)
    const { ids, labels } = encodeExample(example, coder, example.kind === 'messages')
    return { ids, labels }
  })
}
