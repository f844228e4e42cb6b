import { naturalInstructionsPrompt } from '../../src/train/data/natural-instructions-prompt.ts'
import type { TaskInstance } from '../tasks/task-kind.ts'
import type { DemoFormat } from './demo-peers.ts'

/** An instance and what it is an instance of. */
export interface DemoExample extends TaskInstance {
  readonly kind: string
  readonly definition: string
}

/** A file by its path inside the peer's folder, and its text. */
export type DemoFiles = ReadonlyMap<string, string>

/** The examples as files of that format, under `name` (a folder, or a file without its ending). */
export function formatExamples(
  name: string,
  format: DemoFormat,
  examples: readonly DemoExample[],
): DemoFiles {
  return format === 'tasks'
    ? taskFiles(name, examples)
    : new Map([[`${name}.jsonl`, lines(examples, LINE[format])]])
}

const LINE: Readonly<Record<Exclude<DemoFormat, 'tasks'>, (example: DemoExample) => object>> = {
  rows: ({ kind, definition, input, output }) => ({
    task_name: kind,
    definition,
    inputs: input,
    targets: output,
  }),
  completions: ({ definition, input, output }) => ({
    prompt: naturalInstructionsPrompt(definition, [], input),
    completion: ` ${output}`,
  }),
  messages: ({ definition, input, output }) => ({
    messages: [
      { role: 'user', content: naturalInstructionsPrompt(definition, [], input) },
      { role: 'assistant', content: output },
    ],
  }),
}

const lines = (examples: readonly DemoExample[], line: (example: DemoExample) => object) =>
  examples.map((example) => `${JSON.stringify(line(example))}\n`).join('')

/** One Natural Instructions task file a kind. */
function taskFiles(folder: string, examples: readonly DemoExample[]): DemoFiles {
  const byKind = Map.groupBy(examples, ({ kind }) => kind)
  return new Map(
    [...byKind].map(([kind, members]) => {
      const task = {
        Contributors: ['flexswarm'],
        Definition: [members[0]?.definition],
        'Positive Examples': [],
        'Negative Examples': [],
        Instances: members.map(({ input, output }) => ({ input, output: [output] })),
      }
      return [`${folder}/${kind}.json`, `${JSON.stringify(task, null, 2)}\n`] as const
    }),
  )
}
