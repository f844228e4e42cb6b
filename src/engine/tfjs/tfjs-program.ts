import { FlexswarmError } from '../../base/flexswarm-error.ts'
import type { Bindings } from '../../graph/dim.ts'
import { evaluateShape } from '../../graph/dim.ts'
import type { Value } from '../../graph/value.ts'
import { EngineFailureError } from '../engine-error.ts'
import type { Feeds, Fetches, Program } from '../executor.ts'
import { bindFeeds } from '../feeds.ts'
import type { ComputedKind } from './kernels/compute.ts'
import { compute } from './kernels/compute.ts'
import type { Computation } from './kernels/kernel.ts'
import type { Step } from './schedule.ts'
import { schedule } from './schedule.ts'
import type { TensorFlow, TfTensor } from './tensor-flow.ts'
import { fromTfTensor, toTfTensor } from './tf-tensor.ts'

export interface ProgramParts {
  readonly tf: TensorFlow
  /** The graph, simplified, by the names of its outputs. */
  readonly outputs: ReadonlyMap<string, Value>
  /** Weights and constants. They stay on the device until `onDispose`. */
  readonly held: ReadonlyMap<Value, TfTensor>
  readonly dims: Bindings
  /** Called once, when the program is disposed of. */
  readonly onDispose: () => void
}

/** A graph that is interpreted node by node; no tensor lives longer than its last use. */
export function createTfjsProgram(parts: ProgramParts): Program {
  const { outputs, dims } = parts
  const steps = schedule([...outputs.values()])
  const values = steps.map((step) => step.value)
  const shapesAt = rememberLast((bindings) => values.map((value) => evaluateShape(value.shape, bindings)))
  let disposed = false
  return {
    async run(feeds) {
      if (disposed) throw new EngineFailureError('tfjs', 'this program was disposed of')
      const bindings = bindFeeds(values, feeds, dims)
      return interpret({ ...parts, steps, shapes: shapesAt(bindings), bindings, feeds })
    },
    async dispose() {
      if (disposed) return
      disposed = true
      parts.onDispose()
    },
  }
}

interface Run extends ProgramParts {
  readonly steps: readonly Step[]
  /** The shape of every step's value. */
  readonly shapes: readonly number[][]
  readonly bindings: Bindings
  readonly feeds: Feeds
}

async function interpret(run: Run): Promise<Fetches> {
  const live = new Map<Value, TfTensor>()
  try {
    run.steps.forEach(({ value, expired }, place) => {
      if (!run.held.has(value)) live.set(value, produce(run, value, run.shapes[place] ?? [], live))
      for (const done of expired) {
        live.get(done)?.dispose()
        live.delete(done)
      }
    })
    const fetches: Fetches = {}
    for (const [name, value] of run.outputs) fetches[name] = await fromTfTensor(tensorOf(run, value, live))
    return fetches
  } catch (cause) {
    if (cause instanceof FlexswarmError) throw cause
    throw new EngineFailureError('tfjs', cause instanceof Error ? cause.message : String(cause), { cause })
  } finally {
    for (const tensor of live.values()) tensor.dispose()
  }
}

type Live = ReadonlyMap<Value, TfTensor>

function produce(run: Run, value: Value, shape: number[], live: Live): TfTensor {
  const { operation } = value
  if (operation.kind === 'input' || operation.kind === 'parameter') {
    return toTfTensor(run.tf, run.feeds[operation.name], operation.name)
  }
  const inputs = value.inputs.map((input) => tensorOf(run, input, live))
  // Weights and constants are held, so what comes here is computed.
  return compute({
    tf: run.tf,
    operation,
    inputs,
    shape,
    bindings: run.bindings,
  } as Computation<ComputedKind>)
}

function tensorOf(run: Run, value: Value, live: Live): TfTensor {
  const tensor = run.held.get(value) ?? live.get(value)
  if (tensor === undefined) throw new TypeError(`${value.operation.kind} was needed and is not there`)
  return tensor
}

/** Runs mostly have the sizes of the run before. */
function rememberLast<Answer>(work: (bindings: Bindings) => Answer): (bindings: Bindings) => Answer {
  let last: { key: string; answer: Answer } | undefined
  return (bindings) => {
    const key = JSON.stringify(Object.entries(bindings).sort())
    if (last?.key !== key) last = { key, answer: work(bindings) }
    return last.answer
  }
}
