import type { ChatExample, PromptExample } from '../../src/train/data/example.ts'
import { pretrainingKinds } from '../tasks/pretraining-kinds.ts'
import { type Rendering, renderTask } from './render-task.ts'

const RENDERINGS: readonly Rendering[] = ['natural', 'chat', 'alpaca', 'dolly']

const promptOf = (example: PromptExample | ChatExample) =>
  example.kind === 'prompt' ? example.prompt : (example.messages[0]?.content ?? '')

/** Every instruction of pretraining in every rendering, without anything to work on: what the tokenizer learns from. */
export const instructionTexts = (): string[] =>
  pretrainingKinds.flatMap(({ definitions }) =>
    definitions.flatMap((definition) =>
      RENDERINGS.map((rendering) => promptOf(renderTask(definition, { input: '-', output: '-' }, rendering))),
    ),
  )
