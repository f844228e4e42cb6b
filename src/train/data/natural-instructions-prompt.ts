/** A worked example that comes before the question. */
export interface SolvedInput {
  readonly input: string
  readonly output: string
}

/**
 * The prompt of a Natural Instructions task, after the encoding of Tk-Instruct (github.com/yizhongw/Tk-Instruct,
 * src/ni_collator.py): the definition, worked examples if any, the input. Unlike there, no full stop is put
 * after a text that lacks one, since many of our tasks are about the exact characters.
 * The answer follows with one space in front.
 */
export function naturalInstructionsPrompt(
  definition: string,
  positiveExamples: readonly SolvedInput[],
  input: string,
): string {
  const shown = positiveExamples.map(
    ({ input: given, output }, index) =>
      `Positive Example ${index + 1} -\nInput: ${given.trim()}\nOutput: ${output.trim()}\n\n`,
  )
  const turn = shown.length > 0 ? 'Now complete the following example -\n' : ''
  return `Definition: ${definition.trim()}\n\n${shown.join('')}${turn}Input: ${input.trim()}\nOutput:`
}
