import type { Tensor } from '../../base/tensor.ts'
import type { Executor, Feeds, Fetches } from '../../engine/executor.ts'
import { gradients } from '../../graph/gradients.ts'
import { input, parameter } from '../../graph/leaves.ts'
import type { Value } from '../../graph/value.ts'
import type { Checkpoint } from '../checkpoint.ts'
import type { Differentiator } from '../differentiator.ts'
import type { LoraSpec } from '../lora-spec.ts'
import { DROPOUT_SEED, type ModelParts, modelParts } from '../model-parts.ts'
import { sequenceInputs } from '../sequence-inputs.ts'
import { lossGraph } from '../training-graph.ts'
import { compileFed, type FedProgram, type TensorOf } from './fed-program.ts'
import { fedWeights } from './fed-weights.ts'
import {
  compileLayers,
  GRADIENT_IN,
  GRADIENT_OUT,
  LAYER_IN,
  LAYER_OUT,
  type LayerPrograms,
} from './layer-programs.ts'

interface LayeredOptions {
  readonly lora: LoraSpec
  readonly dropout: number
  /** Shapes of the factors by name. */
  readonly shapes: ReadonlyMap<string, readonly number[]>
}

/**
 * Loss and gradients a layer at a time: forward, keeping what went into each layer, then back from the loss, where
 * each layer is computed again (gradient checkpointing, arXiv 1604.06174). Weights are fed, so that one pair of
 * programs serves all layers and the weights are in memory once.
 */
export async function differentiateLayers(
  executor: Executor,
  checkpoint: Checkpoint,
  { lora, dropout, shapes }: LayeredOptions,
): Promise<Differentiator> {
  const { config, family } = checkpoint
  const tensors = family.tensors(config)
  const trained = new Set(tensors.keys())
  const parts = modelParts({ tensors, linears: family.linears(config), trained, lora, dropout })
  const weightOf = fedWeights(checkpoint.weights)
  const embed = await compileFed(executor, { [LAYER_OUT]: embedding(checkpoint, parts) })
  const layers = await compileLayers(executor, checkpoint, parts, shapes)
  let chunks = 1
  let head = await compileFed(executor, headOutputs(checkpoint, parts, shapes, chunks))
  return {
    async prepare(wanted) {
      if (wanted > chunks) {
        await head.dispose()
        chunks = wanted
        head = await compileFed(executor, headOutputs(checkpoint, parts, shapes, chunks))
      }
      return chunks
    },
    run: (feeds) => thereAndBack({ embed, layers, head, weightOf, layerCount: config.layerCount }, feeds),
    async close() {
      await embed.dispose()
      await layers.dispose()
      await head.dispose()
    },
  }
}

interface Passes {
  readonly embed: FedProgram
  readonly layers: LayerPrograms
  readonly head: FedProgram
  readonly weightOf: TensorOf
  readonly layerCount: number
}

async function thereAndBack(passes: Passes, feeds: Feeds): Promise<Fetches> {
  const { embed, layers, head, weightOf, layerCount } = passes
  const tensorOf = (name: string) => feeds[name] ?? weightOf(name)
  const withTensors =
    (layer: number, values: Feeds): TensorOf =>
    (name) =>
      values[name] ?? (name === DROPOUT_SEED ? seedOf(layer, layerCount, tensorOf(name)) : tensorOf(name))

  const entered: Tensor[] = []
  let x = required(await embed.run(tensorOf), LAYER_OUT)
  for (let layer = 0; layer < layerCount; layer++) {
    entered.push(x)
    x = required(await layers.forward(layer, withTensors(layer, { [LAYER_IN]: x })), LAYER_OUT)
  }
  let { [GRADIENT_IN]: gradient, ...answers } = await head.run(withTensors(layerCount, { [LAYER_IN]: x }))
  for (let layer = layerCount - 1; layer >= 0; layer--) {
    const values = { [LAYER_IN]: entered.pop() as Tensor, [GRADIENT_OUT]: gradient as Tensor }
    const { [GRADIENT_IN]: next, ...derivatives } = await layers.backward(layer, withTensors(layer, values))
    answers = { ...answers, ...derivatives }
    gradient = next
  }
  return answers
}

/** Layers share one site of dropout, so each has seeds of its own. */
function seedOf(layer: number, layerCount: number, seed: Tensor): Tensor {
  const own = Math.imul(Number(seed.data[0]), layerCount + 1) + layer
  return { dtype: 'i32', shape: [], data: Int32Array.of(own) }
}

function required(fetches: Fetches, name: string): Tensor {
  const tensor = fetches[name]
  if (tensor === undefined) throw new Error(`the program answered no ${name}`)
  return tensor
}

const embedding = ({ config, family }: Checkpoint, parts: ModelParts): Value =>
  family.forward.embed(config, parts, sequenceInputs(config, { cache: false }))

/** The scaled loss, and its gradients by what goes into the head and by the head's own factors. */
function headOutputs(
  checkpoint: Checkpoint,
  parts: ModelParts,
  shapes: ReadonlyMap<string, readonly number[]>,
  chunks: number,
): Record<string, Value> {
  const { config, family } = checkpoint
  const x = input(LAYER_IN, ['batch', 'length', config.hiddenSize])
  const loss = lossGraph(checkpoint, parts, x, chunks)
  const heads = family.linears(config).filter(({ isHead }) => isHead)
  const learned = [...shapes.keys()].filter((name) =>
    heads.some((linear) => name.startsWith(`${linear.name}.lora_`)),
  )
  const leaves = learned.map((name) => parameter(name, shapes.get(name) ?? []))
  const [upstream, ...derivatives] = gradients(loss, [x, ...leaves])
  const named = learned.map((name, place) => [name, derivatives[place] as Value])
  return { loss, [GRADIENT_IN]: upstream as Value, ...Object.fromEntries(named) }
}
