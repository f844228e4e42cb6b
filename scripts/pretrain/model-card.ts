/** How well the model does on one kind of task. */
export interface KindScore {
  readonly kind: string
  readonly exactMatch: number
  readonly loss: number
}

const percent = (share: number) => `${(100 * share).toFixed(0)} %`
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

const table = (scores: readonly KindScore[]) =>
  [
    '| kind | exact match | loss |',
    '| --- | ---: | ---: |',
    ...scores.map(
      ({ kind, exactMatch, loss }) => `| ${kind} | ${percent(exactMatch)} | ${loss.toFixed(3)} |`,
    ),
  ].join('\n')

/** The README of the base model: what it is, how it was made, and what it can do. */
export function modelCard(
  pretrained: readonly KindScore[],
  heldOut: readonly KindScore[],
  examplesPerKind: number,
): string {
  const share = mean(pretrained.map(({ exactMatch }) => exactMatch))
  return `---
license: apache-2.0
library_name: transformers
pipeline_tag: text-generation
---
# The base model of the flexswarm demo

A llama of two million parameters, pretrained from nothing by flexswarm's own engine on short text tasks from a seeded
generator, in the manner of Natural Instructions. It is large enough to learn from, small enough to be committed:
nothing has to be downloaded for \`npm start\`. It knows no language and no facts beyond those tasks.

- Made by \`npm run pretrain\` (\`scripts/pretrain.ts\`): 10,000 steps of 32 examples, seed 1, half an hour on two
  shared cores. Measured by \`scripts/measure-base-model.ts\`.
- Tokenizer: byte-level BPE of ours. Letters and digits never merge, so that the model sees how words are spelt; the
  words of instructions are whole tokens (\`ignore_merges\`).
- Prompts: Natural Instructions (\`Definition: …\\n\\nInput: …\\nOutput:\`) or the chat template; Alpaca's and Dolly's, seldom.

Exact match of greedy answers on ${examplesPerKind} inputs a kind that training never showed, letter by letter.
Mean over the ${pretrained.length} kinds of pretraining: **${percent(share)}**.

## Kinds it was pretrained on

${table(pretrained)}

## Kinds that were held out

What a federation learns in the demo is chosen from these.

${table(heldOut)}
`
}
