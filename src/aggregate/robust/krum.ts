import type { Matrix } from '../../base/matrix-product.ts'
import { squaredDistances } from '../inner-products.ts'
import type { WeighingStrategy } from '../strategy.ts'
import { toleratedLiars } from './tolerated.ts'

/** Krum bears f liars of n ≥ 2f + 3. */
const krumLiars = (count: number): number => toleratedLiars(count, Math.floor((count - 3) / 2))

/**
 * Krum (arXiv 1703.02757, §4): the one contribution whose n − f − 2 nearest others are nearest to it. Distances are
 * those of the whole adapter's ΔW. Samples do not count: a liar would claim many.
 */
export const krum: WeighingStrategy = {
  kind: 'weighing',
  needsPrevious: false,
  weighsItself: true,
  coefficients: ({ products }) => chosen(products, 1),
}

/** Multi-Krum (ibid., §5): the mean of the n − f contributions of the lowest scores. */
export const multiKrum: WeighingStrategy = {
  kind: 'weighing',
  needsPrevious: false,
  weighsItself: true,
  coefficients: ({ products }) => chosen(products, products.rows - krumLiars(products.rows)),
}

function chosen(products: Matrix, count: number): number[] {
  const scores = krumScores(products)
  const order = [...scores.keys()].sort((x, y) => (scores[x] as number) - (scores[y] as number) || x - y)
  const kept = new Set(order.slice(0, count))
  return scores.map((_, i) => (kept.has(i) ? 1 / kept.size : 0))
}

function krumScores(products: Matrix): number[] {
  const n = products.rows
  const { data } = squaredDistances(products)
  const neighbours = Math.max(1, n - krumLiars(n) - 2)
  return Array.from({ length: n }, (_, i) => {
    const others = [...data.subarray(i * n, (i + 1) * n)].filter((_, j) => j !== i).sort((x, y) => x - y)
    return others.slice(0, neighbours).reduce((sum, value) => sum + value, 0)
  })
}
