import { simplify } from '../../graph/simplify.ts'
import { topologicalOrder } from '../../graph/topological-order.ts'
import type { Value } from '../../graph/value.ts'
import { EngineUnavailableError } from '../engine-error.ts'
import type { Executor, Program } from '../executor.ts'
import { requireWeight } from '../require-weight.ts'
import type { WeightSource } from '../weight-source.ts'
import type { RequirePackage, TfjsDevice } from './load-tfjs.ts'
import { loadTfjs, TFJS_DEVICES } from './load-tfjs.ts'
import type { TensorFlow, TfTensor } from './tensor-flow.ts'
import { createTfjsProgram } from './tfjs-program.ts'
import { WeightCache } from './weight-cache.ts'

export interface TfjsExecutorOptions {
  /** `tfjs-node-gpu`, `tfjs-node` or `tfjs` (plain JavaScript). Default: the first that loads. */
  readonly device?: string
  /** How packages are loaded. Default: `require`, from this file. */
  readonly requirePackage?: RequirePackage
}

/**
 * An executor on TensorFlow.js, in this thread: its runs block it. See `openEngine` for one that does not.
 * Its `device` is the package that was loaded. Throws EngineUnavailableError where the wanted one is not
 * installed, does not load, or is the GPU's and finds no GPU.
 */
export async function createTfjsExecutor(options: TfjsExecutorOptions = {}): Promise<Executor> {
  const wanted = options.device === undefined ? undefined : requireDevice(options.device)
  const { tf, device, onGpu } = await loadTfjs(wanted, options.requirePackage)
  const cache = new WeightCache(tf)
  const programs = new Set<Program>()
  return {
    name: 'tfjs',
    // The GPU's package without a GPU is TensorFlow on the processor.
    device: device === 'tfjs-node-gpu' && !onGpu ? 'tfjs-node' : device,
    async compile(outputs, weights, { dims = {} } = {}) {
      const named = simplifyNamed(outputs)
      const { held, release } = hold(tf, [...named.values()], weights, cache)
      const onDispose = () => {
        programs.delete(program)
        release()
      }
      const program = createTfjsProgram({ tf, outputs: named, held, dims, onDispose })
      programs.add(program)
      return program
    },
    async close() {
      for (const program of programs) await program.dispose()
    },
  }
}

function requireDevice(device: string): TfjsDevice {
  const known = TFJS_DEVICES.find((name) => name === device)
  if (known !== undefined) return known
  const nextStep = `Leave the device out, or choose one of: ${TFJS_DEVICES.join(', ')}.`
  throw new EngineUnavailableError('tfjs', `it has no device "${device}"`, nextStep)
}

function simplifyNamed(outputs: Readonly<Record<string, Value>>): Map<string, Value> {
  const names = Object.keys(outputs)
  return new Map(simplify(Object.values(outputs)).map((value, place) => [names[place] ?? '', value]))
}

/** Weights and constants as tensors. Nothing stays behind where one of them is refused. */
function hold(tf: TensorFlow, outputs: readonly Value[], weights: WeightSource, cache: WeightCache) {
  const held = new Map<Value, TfTensor>()
  const releases: (() => void)[] = []
  const release = () => {
    for (const undo of releases) undo()
  }
  const keep = (value: Value, { tensor, release: undo }: { tensor: TfTensor; release: () => void }) => {
    held.set(value, tensor)
    releases.push(undo)
  }
  try {
    for (const value of topologicalOrder(outputs)) {
      if (value.operation.kind === 'weight') keep(value, cache.take(requireWeight(weights, value)))
      if (value.operation.kind === 'constant') keep(value, constantTensor(tf, value, value.operation.values))
    }
    return { held, release }
  } catch (error) {
    release()
    throw error
  }
}

function constantTensor(tf: TensorFlow, value: Value, values: readonly number[]) {
  const data = value.dtype === 'i32' ? Int32Array.from(values) : Float32Array.from(values)
  const tensor = tf.tensor(data, value.shape.map(Number), value.dtype === 'i32' ? 'int32' : 'float32')
  return { tensor, release: () => tensor.dispose() }
}
