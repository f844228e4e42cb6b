import { initialFactors } from '../../adapter/initial-factors.ts'
import type { ModuleShape } from '../../adapter/module-shape.ts'
import { fitFactors } from '../../aggregate/fit-to-rank.ts'
import type { Factors, ModuleFactors } from '../../base/adapter.ts'
import { random } from '../../base/random.ts'
import { charterScaling } from '../../node/charter-scaling.ts'
import type { Trainer } from '../../node/trainer.ts'
import type { Charter } from '../../round/charter/charter.ts'

/** The model of the toy: two linear modules, small enough that a hundred rounds take seconds. */
export const TOY_MODULES: readonly ModuleShape[] = [
  { name: 'toy.first', inFeatures: 24, outFeatures: 16 },
  { name: 'toy.second', inFeatures: 16, outFeatures: 24 },
]

/** Rank of what the swarm is to learn. */
const TARGET_RANK = 4
const STEPS = 4
const RATE = 0.15
/** How far the data of one peer lies from the whole, relative to the target. */
const HETEROGENEITY = 0.2

/** ΔW as [out, in], row-major. */
type Dense = Float64Array

function product(rows: number, inner: number, columns: number, left: Dense, right: Dense): Dense {
  const out = new Float64Array(rows * columns)
  for (let i = 0; i < rows; i++)
    for (let t = 0; t < inner; t++) {
      const factor = left[i * inner + t] as number
      for (let j = 0; j < columns; j++)
        out[i * columns + j] = (out[i * columns + j] as number) + factor * (right[t * columns + j] as number)
    }
  return out
}

const normal = (size: number, scale: number, ...labels: readonly (string | number)[]): Dense => {
  const source = random(...labels)
  return Float64Array.from({ length: size }, () => scale * source.normal())
}

/** What the swarm is to learn of a module: the known optimum, of low rank and with a norm of about 1 a row. */
export function toyTarget(seed: string, { name, inFeatures, outFeatures }: ModuleShape): Dense {
  const u = normal(outFeatures * TARGET_RANK, 1, 'toy target u', seed, name)
  const v = normal(TARGET_RANK * inFeatures, 1 / Math.sqrt(inFeatures), 'toy target v', seed, name)
  return product(outFeatures, TARGET_RANK, inFeatures, u, v)
}

/** Distance of global factors from the optimum, relative to its norm, over all modules: 1 before anything is learned. */
export function toyLoss(seed: string, factors: Factors): number {
  let apart = 0
  let whole = 0
  for (const shape of TOY_MODULES) {
    const target = toyTarget(seed, shape)
    const learned = denseOf(factors.get(shape.name), shape)
    for (const [at, value] of target.entries()) {
      apart += (value - (learned[at] ?? 0)) ** 2
      whole += value ** 2
    }
  }
  return Math.sqrt(apart / whole)
}

function denseOf(factors: ModuleFactors | undefined, { inFeatures, outFeatures }: ModuleShape): Dense {
  if (factors === undefined) return new Float64Array(outFeatures * inFeatures)
  const { rank, scaling, a, b } = factors
  return product(
    outFeatures,
    rank,
    inFeatures,
    Float64Array.from(b, (value) => scaling * value),
    Float64Array.from(a),
  )
}

/** A peer that fits its own part of a federated regression by gradient descent on A and B: what `Trainer` asks for. */
export function toyTrainer(charter: Charter, peer: string, rank: number, samples: number): Trainer {
  const scalingOf = (of: number) => charterScaling(charter, of)
  const ownPart = (global: Factors) =>
    fitFactors(global, { rank, scaling: scalingOf(rank), seed: charter.seed })
  const first = () =>
    initialFactors({
      seed: charter.seed,
      modules: TOY_MODULES,
      rankOf: () => rank,
      scalingOf: () => scalingOf(rank),
    })
  const targets = new Map(TOY_MODULES.map((shape) => [shape.name, ownTarget(charter.seed, peer, shape)]))
  return {
    ownPart,
    async train({ global }) {
      const start = global === null ? first() : ownPart(global)
      const factors = new Map(
        [...start].map(([name, module]) => [name, descend(module, targets.get(name) as Dense)]),
      )
      return { factors, rank, samples }
    },
  }
}

/** The optimum as one peer's data shows it. */
function ownTarget(seed: string, peer: string, shape: ModuleShape): Dense {
  const size = shape.inFeatures * shape.outFeatures
  const scale = (HETEROGENEITY * Math.sqrt(TARGET_RANK)) / Math.sqrt(shape.inFeatures)
  const noise = normal(size, scale, 'toy noise', seed, peer, shape.name)
  return toyTarget(seed, shape).map((value, at) => value + (noise[at] as number))
}

/** Gradient descent on ½‖s·B·A − W‖², in units in which s is 1. */
function descend(module: ModuleFactors, target: Dense): ModuleFactors {
  const { rank, inFeatures, outFeatures, scaling } = module
  const a = Float64Array.from(module.a)
  const b = Float64Array.from(module.b, (value) => value * scaling)
  for (let at = 0; at < STEPS; at++) {
    const apart = product(outFeatures, rank, inFeatures, b, a)
    for (const [index, value] of target.entries()) apart[index] = (apart[index] as number) - value
    const gradientB = product(outFeatures, inFeatures, rank, apart, transposed(rank, inFeatures, a))
    const gradientA = product(rank, outFeatures, inFeatures, transposed(outFeatures, rank, b), apart)
    for (const [index, value] of gradientB.entries()) b[index] = (b[index] as number) - RATE * value
    for (const [index, value] of gradientA.entries()) a[index] = (a[index] as number) - RATE * 0.2 * value
  }
  return { ...module, a: Float32Array.from(a), b: Float32Array.from(b, (value) => value / scaling) }
}

function transposed(rows: number, columns: number, values: Dense): Dense {
  const out = new Float64Array(values.length)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) out[j * rows + i] = values[i * columns + j] as number
  return out
}
