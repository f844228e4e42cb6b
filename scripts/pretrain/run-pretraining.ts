import { loadCheckpoint } from '../../src/model/load-checkpoint.ts'
import { requireTokenizer } from '../../src/model/require-tokenizer.ts'
import type { TextCoder } from '../../src/train/batch/text-coder.ts'
import { runTraining, type StepEvent } from '../../src/train/loop/run-training.ts'
import type { OptimizerState } from '../../src/train/optimizer/adamw.ts'
import { baseConfig } from './base-config.ts'
import { baseTensors } from './base-tensors.ts'
import { initialParameters } from './initial-parameters.ts'
import { instructionTexts } from './instruction-texts.ts'
import { BATCH_SIZE, segmentOptions, segmentsOf } from './learning-plan.ts'
import { openGradientWorkers } from './open-gradient-workers.ts'
import { pretrainingSequences } from './pretraining-data.ts'
import { loadState, saveState } from './saved-state.ts'
import { trainTokenizer } from './train-tokenizer.ts'
import { writeBaseFiles, writeBaseWeights } from './write-base-model.ts'

/** Tokens of the vocabulary, at most. */
const VOCABULARY = 512

export interface PretrainingOptions {
  readonly directory: string
  readonly steps: number
  readonly seed: number
  /** Engines of one thread each. */
  readonly workers: number
  /** Where the state of an unfinished training is kept; a training of the same seed goes on from it. */
  readonly stateFile: string
  readonly onStep: (step: number, event: StepEvent) => void
  readonly say: (line: string) => void
}

/**
 * Makes the base model from nothing and writes it as a Hugging Face directory: trains the tokenizer, draws the
 * weights, trains all of them on generated tasks.
 */
export async function runPretraining(options: PretrainingOptions): Promise<void> {
  const { directory, steps, seed, workers, stateFile, onStep, say } = options
  const parts = trainTokenizer(instructionTexts(), VOCABULARY)
  const config = baseConfig(parts.vocabulary.length)
  const saved = loadState(stateFile)
  const parameters = saved?.parameters ?? initialParameters(baseTensors(config), config, seed)
  let optimizer: OptimizerState | undefined = saved?.optimizer
  await writeBaseFiles(directory, config, parts)
  await writeBaseWeights(directory, config, parameters)
  say(
    `${parts.vocabulary.length} tokens, ${countParameters(parameters)} parameters, from step ${saved?.step ?? 0}`,
  )
  const checkpoint = loadCheckpoint(directory)
  const coder: TextCoder = {
    tokenizer: requireTokenizer(checkpoint),
    eosTokenIds: checkpoint.generation.eosTokenIds,
    chatTemplate: checkpoint.chatTemplate,
  }
  const { gradientsOf, close } = await openGradientWorkers(checkpoint, workers)
  for (const segment of segmentsOf(steps)) {
    if (segment.firstStep < (saved?.step ?? 0)) continue
    const { state } = await runTraining({
      parameters,
      gradientsOf,
      data: pretrainingSequences(seed, segment.firstStep * BATCH_SIZE, segment.steps * BATCH_SIZE, coder),
      clock: { nowMs: () => performance.now() },
      options: segmentOptions(segment, steps, seed),
      onStep: (event) => onStep(segment.firstStep + event.step, event),
      ...(optimizer === undefined ? {} : { resume: { step: 0, optimizer } }),
    })
    optimizer = state.optimizer
    await writeBaseWeights(directory, config, parameters)
    await saveState(stateFile, { step: segment.firstStep + segment.steps, parameters, optimizer })
  }
  await close()
}

const countParameters = (parameters: ReadonlyMap<string, Float32Array>) =>
  [...parameters.values()].reduce((total, { length }) => total + length, 0)
