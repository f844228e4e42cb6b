import { dropout } from '../graph/dropout.ts'
import { add } from '../graph/elementwise.ts'
import { input, parameter, weight } from '../graph/leaves.ts'
import { matmul } from '../graph/matmul.ts'
import type { Value } from '../graph/value.ts'
import type { LinearModule } from './linear-module.ts'
import { weightShape } from './linear-module.ts'
import type { LoraSpec } from './lora-spec.ts'
import { loraNames } from './lora-spec.ts'

/** The tensors and linear maps that a family's forward computation is made of. */
export interface ModelParts {
  /** A tensor of the base model by its name. */
  tensor(name: string): Value
  /** y = x·Wᵀ + b, and what LoRA adds to it: s·dropout(x)·Aᵀ·Bᵀ (arXiv 2106.09685, §4.1). */
  linear(x: Value, name: string): Value
}

export interface ModelPartsOptions {
  readonly tensors: ReadonlyMap<string, readonly number[]>
  readonly linears: readonly LinearModule[]
  /** Base tensors that are parameters (fed, differentiable) and not frozen. */
  readonly trained: ReadonlySet<string>
  readonly lora: LoraSpec
  /** LoRA factors are frozen weights, bound when the graph is compiled, and not fed. Default false. */
  readonly frozenLora?: boolean
  /** Share of a LoRA branch's inputs that are dropped. Default 0. */
  readonly dropout?: number
}

/** Name of the i32 scalar that seeds the dropout masks. */
export const DROPOUT_SEED = 'dropoutSeed'

export function modelParts(options: ModelPartsOptions): ModelParts {
  const linears = new Map(options.linears.map((linear, site) => [linear.name, { linear, site }]))
  const leafOf = (name: string, shape: readonly number[]) =>
    options.trained.has(name) ? parameter(name, shape) : weight(name, shape)
  const tensor = (name: string) => leafOf(name, shapeOf(options.tensors, name))
  const branch = options.frozenLora === true ? weight : parameter

  return {
    tensor,
    linear(x, name) {
      const found = linears.get(name)
      if (found === undefined) throw new Error(`the model has no linear module ${name}`)
      const y = project(x, found.linear, leafOf)
      const adaptation = options.lora.get(name)
      if (adaptation === undefined) return y
      const { rank, scaling } = adaptation
      const names = loraNames(name)
      const a = branch(names.a, [rank, found.linear.inFeatures])
      const b = branch(names.b, [found.linear.outFeatures, rank])
      const kept = dropped(x, options.dropout ?? 0, found.site)
      const inner = matmul(kept, a, { transposeB: true })
      return add(y, matmul(inner, b, { transposeB: true, scale: scaling }))
    },
  }
}

const dropped = (x: Value, rate: number, site: number): Value =>
  rate === 0 ? x : dropout(x, { rate, site, seed: input(DROPOUT_SEED, [], 'i32') })

function project(x: Value, linear: LinearModule, leaf: typeof weight): Value {
  const w = leaf(`${linear.name}.weight`, weightShape(linear))
  const y = matmul(x, w, { transposeB: !linear.fanInFanOut })
  return linear.bias ? add(y, leaf(`${linear.name}.bias`, [linear.outFeatures])) : y
}

function shapeOf(tensors: ReadonlyMap<string, readonly number[]>, name: string): readonly number[] {
  const shape = tensors.get(name)
  if (shape === undefined) throw new Error(`the model has no tensor ${name}`)
  return shape
}
