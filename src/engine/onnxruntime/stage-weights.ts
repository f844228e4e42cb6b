import { closeSync, mkdtempSync, openSync, realpathSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Value } from '../../graph/value.ts'
import { readWeightBytes } from '../load-weight.ts'
import { requireWeight } from '../require-weight.ts'
import type { StoredWeight, WeightSource } from '../weight-source.ts'
import type { OnnxInitializer, OnnxNode } from './onnx-model.ts'
import { ELEMENT } from './onnx-model.ts'

/** Weights in memory up to this total are written into the model; past it they go by a file. */
const MAX_INLINE_BYTES = 64 * 1024 * 1024

export interface StagedWeights {
  readonly initializers: readonly OnnxInitializer[]
  /** Casts that widen bf16 and f16; ONNX Runtime folds them once, when it loads the model. */
  readonly casts: readonly OnnxNode[]
  /** The folder that external data is relative to, where there is any. */
  readonly folder: string | undefined
  /** Removes the temporary file, where one was needed. */
  dispose(): void
}

/**
 * Brings weights to where ONNX Runtime reads them. Those of one checkpoint directory stay in their files,
 * which are mapped into memory; those in memory go into the model, or into a temporary file where they are large.
 */
export function stageWeights(values: readonly Value[], source: WeightSource): StagedWeights {
  const weights = values.map((value) => ({ name: nameOf(value), stored: requireWeight(source, value) }))
  const casts = weights.filter(({ stored }) => stored.dtype !== 'f32').map(({ name }) => widen(name))
  const inMemory = weights.map(({ stored }) =>
    'bytes' in stored.location ? stored.location.bytes.length : 0,
  )
  const total = inMemory.reduce((sum, bytes) => sum + bytes, 0)
  const folders = new Set(weights.flatMap(({ stored }) => folderOf(stored)))
  if (folders.size > 1 || total > MAX_INLINE_BYTES) return { casts, ...writeAside(weights) }
  const initializers = weights.map(({ name, stored }) => inPlace(name, stored))
  return { initializers, casts, folder: [...folders][0], dispose: () => {} }
}

interface NamedWeight {
  readonly name: string
  readonly stored: StoredWeight
}

const nameOf = ({ operation }: Value) => (operation.kind === 'weight' ? operation.name : '')

const storedName = (name: string, { dtype }: StoredWeight) => (dtype === 'f32' ? name : `stored:${name}`)

const widen = (name: string): OnnxNode => ({
  opType: 'Cast',
  domain: '',
  input: [`stored:${name}`],
  output: [name],
  attributes: { to: { i: ELEMENT.f32 } },
})

// ONNX Runtime refuses data outside its folder, links resolved (a Hugging Face cache is all links).
const folderOf = ({ location }: StoredWeight) =>
  'file' in location ? [dirname(realpathSync(location.file))] : []

function inPlace(name: string, stored: StoredWeight): OnnxInitializer {
  const { location, dtype: element, shape: dims } = stored
  const head = { name: storedName(name, stored), element, dims }
  if ('bytes' in location) return { ...head, data: location.bytes }
  const { offset, length } = location
  return { ...head, data: { location: basename(realpathSync(location.file)), offset, length } }
}

function writeAside(weights: readonly NamedWeight[]): Omit<StagedWeights, 'casts'> {
  const folder = mkdtempSync(join(tmpdir(), `flexswarm-weights-${process.pid}-`))
  const dispose = () => rmSync(folder, { recursive: true, force: true })
  try {
    return {
      initializers: writeWeights(weights, join(folder, 'weights.bin')),
      folder: realpathSync(folder),
      dispose,
    }
  } catch (error) {
    dispose()
    throw error
  }
}

function writeWeights(weights: readonly NamedWeight[], file: string): OnnxInitializer[] {
  const handle = openSync(file, 'w')
  let offset = 0
  try {
    return weights.map(({ name, stored }) => {
      const bytes = readWeightBytes(stored)
      for (let done = 0; done < bytes.length; )
        done += writeSync(handle, bytes, done, bytes.length - done, offset + done)
      const data = { location: basename(file), offset, length: bytes.length }
      // Mapped files are read at whole pages.
      offset = Math.ceil((offset + bytes.length) / 4096) * 4096
      return { name: storedName(name, stored), element: stored.dtype, dims: stored.shape, data }
    })
  } finally {
    closeSync(handle)
  }
}
