import { type ChatExample, type PromptExample, promptExample } from '../../src/train/data/example.ts'
import { alpacaPrompt } from '../../src/train/data/formats/alpaca.ts'
import { dollyPrompt } from '../../src/train/data/formats/dolly.ts'
import { naturalInstructionsPrompt } from '../../src/train/data/natural-instructions-prompt.ts'
import type { TaskInstance } from '../tasks/task-kind.ts'

/** How a task can be put to the model: as each data format that flexswarm reads renders it. */
export type Rendering = 'natural' | 'chat' | 'alpaca' | 'dolly'

const source = { file: '(generated)', line: 1 }

/** A task as an example of one of the formats. */
export function renderTask(
  definition: string,
  { input, output }: TaskInstance,
  rendering: Rendering,
): PromptExample | ChatExample {
  switch (rendering) {
    case 'natural':
      return promptExample(naturalInstructionsPrompt(definition, [], input), ` ${output}`)
    case 'alpaca':
      return promptExample(alpacaPrompt(definition, input), output)
    case 'dolly':
      return promptExample(dollyPrompt(definition, input), output)
    case 'chat':
      return {
        kind: 'messages',
        source,
        messages: [
          { role: 'user', content: `${definition}\n\n${input}` },
          { role: 'assistant', content: output },
        ],
      }
  }
}
