import type { Executor, Fetches } from '../../engine/executor.ts'
import { mul } from '../../graph/elementwise.ts'
import { gradients } from '../../graph/gradients.ts'
import { input, parameter } from '../../graph/leaves.ts'
import { sum } from '../../graph/reductions.ts'
import type { Value } from '../../graph/value.ts'
import type { Checkpoint } from '../checkpoint.ts'
import type { ModelParts } from '../model-parts.ts'
import { sequenceInputs } from '../sequence-inputs.ts'
import { compileFed, type FedProgram, type TensorOf } from './fed-program.ts'
import { type SharedGraph, sharedGraph } from './shared-graph.ts'

/** What goes into a layer and comes out of it, and the loss's gradients by both: [batch, length, hidden]. */
export const LAYER_IN = 'layer.in'
export const LAYER_OUT = 'layer.out'
export const GRADIENT_IN = 'gradient.in'
export const GRADIENT_OUT = 'gradient.out'

/** Programs that layers share wherever they compute the same of parameters with other names. */
export interface LayerPrograms {
  /** `layer.out`, of `layer.in`. */
  forward(layer: number, tensorOf: TensorOf): Promise<Fetches>
  /** The layer again, then `gradient.in` and the factors' gradients by name, of `layer.in` and `gradient.out`. */
  backward(layer: number, tensorOf: TensorOf): Promise<Fetches>
  dispose(): Promise<void>
}

interface SharedLayer {
  readonly forward: FedProgram
  readonly backward: FedProgram
  readonly parameters: readonly string[]
}

/** One pair of programs for each kind of layer. `shapes`: what is differentiated by, by name. */
export async function compileLayers(
  executor: Executor,
  checkpoint: Checkpoint,
  parts: ModelParts,
  shapes: ReadonlyMap<string, readonly number[]>,
): Promise<LayerPrograms> {
  const kinds = new Map<string, SharedLayer>()
  const layers: { kind: SharedLayer; parameters: readonly string[] }[] = []
  for (let layer = 0; layer < checkpoint.config.layerCount; layer++) {
    const output = layerOutput(checkpoint, parts, layer)
    const graph = sharedGraph(output)
    const kind = kinds.get(graph.signature) ?? (await compileLayer(executor, output, graph, shapes))
    kinds.set(graph.signature, kind)
    layers.push({ kind, parameters: graph.parameters })
  }
  const run = async (
    direction: 'forward' | 'backward',
    layer: number,
    tensorOf: TensorOf,
  ): Promise<Fetches> => {
    const found = layers[layer]
    if (found === undefined) throw new RangeError(`there is no layer ${layer}`)
    const { kind, parameters } = found
    const own = new Map(kind.parameters.map((name, place) => [name, parameters[place] ?? name]))
    const ownName = (name: string) => own.get(name) ?? name
    const answered = await kind[direction].run((name) => tensorOf(ownName(name)))
    return Object.fromEntries(Object.entries(answered).map(([name, tensor]) => [ownName(name), tensor]))
  }
  return {
    forward: (layer, tensorOf) => run('forward', layer, tensorOf),
    backward: (layer, tensorOf) => run('backward', layer, tensorOf),
    async dispose() {
      for (const { forward, backward } of kinds.values()) {
        await forward.dispose()
        await backward.dispose()
      }
    },
  }
}

function layerOutput({ config, family }: Checkpoint, parts: ModelParts, layer: number): Value {
  const x = input(LAYER_IN, ['batch', 'length', config.hiddenSize])
  return family.forward.block(config, parts, layer, x, sequenceInputs(config, { cache: false })).x
}

async function compileLayer(
  executor: Executor,
  output: Value,
  { parameters }: SharedGraph,
  shapes: ReadonlyMap<string, readonly number[]>,
): Promise<SharedLayer> {
  const forward = await compileFed(executor, { [LAYER_OUT]: output })
  const backward = await compileFed(executor, backwardOutputs(output, parameters, shapes))
  return { forward, backward, parameters }
}

/** The derivatives of ⟨output, gradient.out⟩, which are the loss's. */
function backwardOutputs(
  output: Value,
  parameters: readonly string[],
  shapes: ReadonlyMap<string, readonly number[]>,
): Record<string, Value> {
  const product = sum(mul(output, input(GRADIENT_OUT, output.shape)))
  const learned = parameters.filter((name) => shapes.has(name))
  const leaves = learned.map((name) => parameter(name, shapes.get(name) ?? []))
  const [upstream, ...derivatives] = gradients(product, [input(LAYER_IN, output.shape), ...leaves])
  const named = learned.map((name, place) => [name, derivatives[place] as Value])
  return { [GRADIENT_IN]: upstream as Value, ...Object.fromEntries(named) }
}
