import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { initialCheckpoint, readWeights } from '../../../src/model/initial-checkpoint.ts'
import { writeCheckpoint } from '../../../src/model/write-checkpoint.ts'

export const REFERENCE = fileURLToPath(new URL('../../fixtures/reference/', import.meta.url))

/** Tokens of the reference tokenizer that the tiny models speak. */
const VOCABULARY = 770

/** A new directory, and how to be rid of it. */
export function scratchDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'flexswarm-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A llama so small that a training step takes milliseconds; it has a real tokenizer and random weights. */
export const TINY_CONFIG = {
  model_type: 'llama',
  vocab_size: VOCABULARY,
  hidden_size: 32,
  intermediate_size: 64,
  num_hidden_layers: 1,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  head_dim: 8,
  hidden_act: 'silu',
  max_position_embeddings: 128,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  tie_word_embeddings: true,
  initializer_range: 0.05,
  eos_token_id: 0,
}

/** Writes a tiny model's directory, with `changes` to its configuration. */
export function writeTinyModel(directory: string, changes: Readonly<Record<string, unknown>> = {}): string {
  const config = { ...TINY_CONFIG, ...changes }
  writeCheckpoint(directory, config, readWeights(initialCheckpoint(config, 'tiny')), { dtype: 'F32' })
  copyFileSync(join(REFERENCE, 'tokenizers/gpt2-style/tokenizer.json'), join(directory, 'tokenizer.json'))
  return directory
}

/** Examples of one task: `word` asked for, said back. */
export function writeExamples(file: string, count: number, word = 'yes'): string {
  const rows = Array.from({ length: count }, (_, at) => ({
    prompt: `Say ${word} number ${at}.`,
    completion: `${word} ${at}`,
  }))
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return file
}

export interface TinyDemoOptions {
  readonly rounds: number
  readonly steps: number
  /** Fields of the federation that differ. */
  readonly federation?: Readonly<Record<string, unknown>>
}

/** A demo of four peers over a tiny model, with deadlines that fit it; answers its file. */
export function writeTinyDemo(
  directory: string,
  { rounds, steps, federation = {} }: TinyDemoOptions,
): string {
  writeTinyModel(join(directory, 'model'))
  const names = ['ada', 'bo', 'chen', 'dara']
  for (const [at, name] of names.entries()) {
    mkdirSync(join(directory, name))
    writeExamples(join(directory, name, 'train.jsonl'), 12, name)
    writeExamples(join(directory, name, 'test.jsonl'), 2, name)
    writeYaml(join(directory, `${name}.yaml`), {
      name,
      federation: 'federation.yaml',
      model: 'model',
      data: `${name}/train.jsonl`,
      rank: [2, 4, 4, 8][at],
      threads: 1,
    })
  }
  writeYaml(join(directory, 'federation.yaml'), {
    name: 'tiny',
    seed: 'tiny-1',
    rounds,
    ranks: [2, 4, 8],
    training: { steps, batchSize: 4, maxLength: 32, learningRate: 1e-3 },
    contributions: { minimum: 2 },
    ...federation,
  })
  return writeYaml(join(directory, 'demo.yaml'), {
    title: 'tiny demo',
    federation: 'federation.yaml',
    peers: names.map((name) => ({ file: `${name}.yaml`, test: `${name}/test.jsonl` })),
    evaluation: { maxNewTokens: 2 },
  })
}

/** JSON is YAML too. */
export function writeYaml(file: string, value: object): string {
  writeFileSync(file, JSON.stringify(value, null, 2))
  return file
}
