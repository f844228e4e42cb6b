import { basename } from 'node:path'
import { BadLineError } from './data-errors.ts'
import { type Example, promptExample } from './example.ts'
import { naturalInstructionsPrompt, type SolvedInput } from './natural-instructions-prompt.ts'
import {
  asFilledList,
  asFilledText,
  asRecord,
  asText,
  BadFieldError,
  type JsonRecord,
} from './record-fields.ts'

export const isNaturalInstructionsTask = (value: JsonRecord): boolean =>
  Object.hasOwn(value, 'Definition') && Object.hasOwn(value, 'Instances')

/**
 * The instances of a Natural Instructions task file (github.com/allenai/natural-instructions): `Definition`
 * (a text or a list, joined by spaces), `Positive Examples` (the first `positiveExamples` are shown in
 * every prompt), `Instances`. The first output of an instance is trained, all of them are right in evaluation.
 * An instance that cannot be used comes out as a `BadLineError`.
 *
 * @param lines the line on which each instance begins.
 */
export function* naturalInstructionsTask(
  task: JsonRecord,
  file: string,
  lines: readonly number[],
  positiveExamples: number,
): Generator<Example | BadLineError> {
  const at = (line: number, error: unknown) => {
    if (error instanceof BadFieldError) return new BadLineError({ file, line, ...error.evidence })
    throw error
  }
  let head: TaskHead
  try {
    head = readHead(task, file, positiveExamples)
  } catch (error) {
    throw at(1, error)
  }
  for (const [index, instance] of (task['Instances'] as unknown[]).entries()) {
    const line = lines[index] ?? 1
    try {
      yield readInstance(instance, `Instances[${index}]`, head, { file, line })
    } catch (error) {
      yield at(line, error)
    }
  }
}

interface TaskHead {
  readonly name: string
  readonly definition: string
  readonly shown: readonly SolvedInput[]
}

function readHead(task: JsonRecord, file: string, positiveExamples: number): TaskHead {
  asFilledList(task['Instances'], 'Instances')
  const solved = positiveExamples > 0 ? asFilledList(task['Positive Examples'], 'Positive Examples') : []
  return {
    name: basename(file).replace(/\.json$/, ''),
    definition: readDefinition(task['Definition']),
    shown: solved.slice(0, positiveExamples).map((example, index) => readSolved(example, index)),
  }
}

function readDefinition(value: unknown): string {
  if (!Array.isArray(value)) return asFilledText(value, 'Definition')
  const parts = asFilledList(value, 'Definition')
  return parts.map((part, index) => asFilledText(part, `Definition[${index}]`).trim()).join(' ')
}

function readSolved(value: unknown, index: number): SolvedInput {
  const label = `Positive Examples[${index}]`
  const example = asRecord(value, label)
  return {
    input: asText(example['input'], `${label}.input`),
    output: asText(example['output'], `${label}.output`),
  }
}

function readInstance(value: unknown, label: string, head: TaskHead, source: { file: string; line: number }) {
  const instance = asRecord(value, label)
  const input = asText(instance['input'], `${label}.input`)
  const output = instance['output']
  const outputs = Array.isArray(output) ? asFilledList(output, `${label}.output`) : [output]
  const references = outputs.map((text, index) => {
    const field = Array.isArray(output) ? `${label}.output[${index}]` : `${label}.output`
    return asFilledText(text, field).trim()
  })
  return promptExample(naturalInstructionsPrompt(head.definition, head.shown, input), ` ${references[0]}`, {
    references,
    userTurn: `${head.definition}\n\n${input.trim()}`,
    task: head.name,
    source,
  })
}
