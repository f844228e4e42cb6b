import type { Tensor } from '../base/tensor.ts'
import { crossEntropy } from '../graph/cross-entropy.ts'
import { add, mul } from '../graph/elementwise.ts'
import { gradients } from '../graph/gradients.ts'
import { input, parameter } from '../graph/leaves.ts'
import { matmul } from '../graph/matmul.ts'
import { sum } from '../graph/reductions.ts'
import type { Value } from '../graph/value.ts'
import { NO_LABEL } from './batch.ts'
import type { Checkpoint } from './checkpoint.ts'
import { decoderGraph, logitsAt } from './decoder-graph.ts'
import type { LabelledRows } from './labelled-rows.ts'
import { type ModelParts, type ModelPartsOptions, modelParts } from './model-parts.ts'

/** Logits that are in memory at once, with as many gradients: 128 MiB each. */
const CHUNK_ELEMENTS = 1 << 25

/**
 * In how many parts the loss is taken, so that a large vocabulary over many rows does not fill the memory: a
 * power of 2, because every other number means another program.
 */
export function lossChunks(rows: number, vocabSize: number): number {
  let chunks = 1
  while (chunks * 2 <= rows && (rows / chunks) * vocabSize > CHUNK_ELEMENTS) chunks *= 2
  return chunks
}

export interface TrainingGraphOptions extends Pick<ModelPartsOptions, 'lora' | 'dropout' | 'trained'> {
  /** Shapes of what is differentiated by, by name. */
  readonly shapes: ReadonlyMap<string, readonly number[]>
  readonly chunks: number
}

/** The scaled loss as `loss`, and its gradient by every parameter, under the parameter's name. */
export function trainingOutputs(
  checkpoint: Pick<Checkpoint, 'config' | 'family'>,
  { shapes, chunks, ...options }: TrainingGraphOptions,
): Record<string, Value> {
  const { config, family } = checkpoint
  const tensors = family.tensors(config)
  const parts = modelParts({ ...options, tensors, linears: family.linears(config) })
  const loss = lossGraph(checkpoint, parts, decoderGraph(checkpoint, parts).hidden, chunks)
  const names = [...shapes.keys()]
  const leaves = names.map((name) => parameter(name, shapes.get(name) ?? []))
  const derivatives = gradients(loss, leaves)
  return { loss, ...Object.fromEntries(names.map((name, at) => [name, derivatives[at] as Value])) }
}

/** The scaled loss, a scalar, of the last block's output; `lossFeeds` makes what it is fed with. */
export function lossGraph(
  checkpoint: Pick<Checkpoint, 'config' | 'family'>,
  parts: ModelParts,
  hidden: Value,
  chunks: number,
): Value {
  const sums = Array.from({ length: chunks }, (_, chunk) => {
    const logits = logitsAt(checkpoint, parts, hidden, (flat) => matmul(selection(chunk), flat))
    return sum(crossEntropy(logits, input(targetsName(chunk), [rowsSymbol(chunk)], 'i32')))
  })
  return mul(sums.reduce(add), input('lossScale', []))
}

const rowsSymbol = (chunk: number): string => `rows${chunk}`
const selectionName = (chunk: number): string => `selection.${chunk}`
const targetsName = (chunk: number): string => `targets.${chunk}`

/** Rows are picked by a matrix of ones: picked by number, rows of an unknown length would have no gradient. */
const selection = (chunk: number): Value => input(selectionName(chunk), [rowsSymbol(chunk), 'batch*length'])

/** What the loss is fed with: the labelled rows in `chunks` parts of about the same size, and the scale. */
export function lossFeeds(
  { rows, targets }: LabelledRows,
  positions: number,
  chunks: number,
  lossScale: number,
): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {
    lossScale: { dtype: 'f32', shape: [], data: Float32Array.of(lossScale) },
  }
  for (let chunk = 0; chunk < chunks; chunk++) {
    const [from, to] = [chunk, chunk + 1].map((edge) => Math.floor((edge * rows.length) / chunks))
    const picked = rows.slice(from, to)
    // A chunk of no rows still has one, without a label.
    const count = Math.max(picked.length, 1)
    const matrix = new Float32Array(count * positions)
    for (const [at, row] of picked.entries()) matrix[at * positions + row] = 1
    const labels = new Int32Array(count).fill(NO_LABEL)
    labels.set(targets.slice(from, to))
    feeds[selectionName(chunk)] = { dtype: 'f32', shape: [count, positions], data: matrix }
    feeds[targetsName(chunk)] = { dtype: 'i32', shape: [count], data: labels }
  }
  return feeds
}
