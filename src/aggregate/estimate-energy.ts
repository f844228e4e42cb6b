import type { MatrixProduct } from '../base/matrix-product.ts'
import type { Random } from '../base/random.ts'
import type { LinearOperator } from './linear-operator.ts'
import { dot, scaleRows } from './matrix.ts'
import { signBlock } from './random-block.ts'
import type { Triplets } from './ritz-step.ts'

const PROBES = 16

/**
 * ‖W‖²_F where counting it would cost more than the decomposition: exactly on the triplets that were found, and on
 * the rest by ±1 probes, whose mean squared length is unbiased (Hutch++, arXiv 2010.09649). The rest's relative
 * error is about √(2/16) over the root of its stable rank: well below a hundredth for a flat rest.
 */
export async function estimateEnergy(
  operator: LinearOperator,
  { u, sigma, v }: Triplets,
  chance: Random,
  product: MatrixProduct,
): Promise<number> {
  const found = dot(sigma, sigma)
  const probes = signBlock(operator.columns, PROBES, chance)
  const images = await operator.apply(probes)
  if (sigma.length === 0) return dot(images.data, images.data) / PROBES
  const along = await product.multiply(v, probes, { transposeA: true })
  const known = await product.multiply(u, scaleRows(along, sigma))
  const rest = images.data.map((value, i) => value - (known.data[i] as number))
  return found + dot(rest, rest) / PROBES
}
