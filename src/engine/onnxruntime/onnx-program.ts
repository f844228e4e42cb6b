import type { InferenceSession } from 'onnxruntime-node'
import { elementCount } from '../../base/tensor.ts'
import type { Bindings } from '../../graph/dim.ts'
import { evaluateShape } from '../../graph/dim.ts'
import { dropoutBits } from '../../graph/dropout-bits.ts'
import { EngineFailureError, FeedError } from '../engine-error.ts'
import type { Feeds, Fetches, Program } from '../executor.ts'
import { bindFeeds } from '../feeds.ts'
import { type DropoutSite, type EmittedGraph, OUTPUT } from './emit-graph.ts'
import type { OnnxRuntime } from './load-onnxruntime.ts'
import { fromOnnxTensor, toOnnxTensor } from './onnx-tensor.ts'

export interface ProgramParts {
  readonly ort: OnnxRuntime
  readonly session: InferenceSession
  readonly emitted: EmittedGraph
  readonly dims: Bindings
  /** Called once, after the session is gone. */
  readonly onDispose: () => void
}

/** A compiled graph. */
export function createOnnxProgram({ ort, session, emitted, dims, onDispose }: ProgramParts): Program {
  const { leaves, dropouts } = emitted
  const ports = new Set(emitted.model.inputs.map((port) => port.name))
  const run = async (feeds: Feeds): Promise<Fetches> => {
    const bindings = bindFeeds(leaves, feeds, dims)
    const fed = Object.entries(feeds).filter(([name]) => ports.has(name))
    const tensors = fed.map(([name, tensor]) => [name, toOnnxTensor(ort, tensor)] as const)
    const masks = dropouts.map((site) => [site.port, maskTensor(ort, site, feeds, bindings)] as const)
    const answered = await attempt(() => session.run(Object.fromEntries([...tensors, ...masks])))
    return Object.fromEntries(
      Object.entries(answered).map(([name, tensor]) => [name.slice(OUTPUT.length), fromOnnxTensor(tensor)]),
    )
  }
  return {
    run,
    async dispose() {
      await session.release()
      onDispose()
    },
  }
}

function maskTensor(ort: OnnxRuntime, site: DropoutSite, feeds: Feeds, bindings: Bindings) {
  const seed = feeds[site.seedName]?.data[0]
  if (seed === undefined) throw new FeedError(site.seedName, 'nothing was fed for this seed')
  const shape = evaluateShape(site.shape, bindings)
  const bits = dropoutBits(seed, site.operation.site, site.operation.rate, elementCount(shape))
  return new ort.Tensor('uint8', bits, shape)
}

/** Failures of the library as our own. */
export async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new EngineFailureError('onnxruntime', message, { cause })
  }
}
