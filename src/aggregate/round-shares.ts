import type { Factors, ModuleFactors } from '../base/adapter.ts'
import type { Matrix, MatrixProduct } from '../base/matrix-product.ts'
import type { Contribution } from './contribution.ts'
import { inOrder } from './in-order.ts'
import { innerProducts } from './inner-products.ts'
import { moduleNames } from './order-contributions.ts'
import type { WeighingStrategy } from './strategy.ts'
import type { Workspace } from './workspace.ts'

/** Where whole adapters are held against each other, module by module. */
export interface Weigher {
  /** How many modules it works on at the same time. */
  readonly lanes: number
  /** `innerProducts` of these factors, to the same bits wherever that is. They are left as they are. */
  weigh(factors: readonly ModuleFactors[]): Promise<Matrix>
}

/** One module after the other, by a matrix product. */
export const weighInTurn = (product: MatrixProduct, workspace?: Workspace): Weigher => ({
  lanes: 1,
  weigh: (factors) => innerProducts(factors, product, workspace),
})

/** The contributions of a round, in memory or read when it is their turn. */
export interface RoundModules {
  readonly modules: readonly string[]
  /** Contributions in canonical order, with at least this module. */
  load(module: string): readonly Contribution[] | Promise<readonly Contribution[]>
}

export const inMemoryModules = (ordered: readonly Contribution[]): RoundModules => ({
  modules: moduleNames((ordered[0] as Contribution).factors),
  load: () => ordered,
})

/**
 * The coefficients of a weighing strategy, which follow from all modules together: memory holds those of the weigher's
 * lanes. Inner products are added up in the order of the modules, so that lanes change no bit.
 */
export async function sharesOfRound(
  strategy: WeighingStrategy,
  { modules, load }: RoundModules,
  previous: Factors | undefined,
  weigher: Weigher,
): Promise<number[]> {
  const given = strategy.needsPrevious ? previous : undefined
  const weighOne = async (module: string) => {
    const ordered = await load(module)
    const { data } = await weigher.weigh(partsOf(module, ordered, given))
    return { weights: weightsOf(ordered), data }
  }
  let sums: Float64Array | undefined
  let weights: number[] = []
  for await (const one of inOrder(modules, weighOne, weigher.lanes)) {
    weights = one.weights
    sums = sums ? sums.map((value, i) => value + (one.data[i] as number)) : one.data
  }
  const count = weights.length + (given ? 1 : 0)
  const products: Matrix = { rows: count, columns: count, data: sums ?? new Float64Array(count * count) }
  return strategy.coefficients({ products, weights, hasPrevious: given !== undefined })
}

function weightsOf(ordered: readonly Contribution[]): number[] {
  const total = ordered.reduce((sum, { samples }) => sum + samples, 0)
  return ordered.map(({ samples }) => samples / total)
}

/** One module of every contribution, and of the global factors before where they are given. */
export function partsOf(
  module: string,
  ordered: readonly Contribution[],
  previous: Factors | undefined,
): ModuleFactors[] {
  const own = ordered.map(({ factors }) => factors.get(module) as ModuleFactors)
  return previous ? [...own, previous.get(module) as ModuleFactors] : own
}
