import type { Matrix, MatrixProduct } from '../base/matrix-product.ts'
import { denseOperator, factoredOperator, type LinearOperator } from './linear-operator.ts'
import { dot } from './matrix.ts'
import { type StackedProduct, stackTerms, type Term } from './stacked-product.ts'
import type { Workspace } from './workspace.ts'

/** A module's mean before it is decomposed: a sum of products, or an entry-wise combination that had to be formed. */
export type Mean =
  | ({ readonly kind: 'stack' } & StackedProduct)
  | {
      readonly kind: 'dense'
      readonly outFeatures: number
      readonly inFeatures: number
      readonly dense: Matrix
      readonly scale: number
    }

export function meanOfTerms(terms: readonly Term[], workspace?: Workspace): Mean {
  const { outFeatures, inFeatures } = (terms[0] as Term).factors
  return { kind: 'stack', ...stackTerms(terms, outFeatures, inFeatures, workspace) }
}

export function meanOfDense(dense: Matrix): Mean {
  const scale = Math.sqrt(dot(dense.data, dense.data))
  return { kind: 'dense', outFeatures: dense.rows, inFeatures: dense.columns, dense, scale }
}

export const meanOperator = (mean: Mean, product: MatrixProduct): LinearOperator =>
  mean.kind === 'dense' ? denseOperator(mean.dense, product) : factoredOperator(mean, product)
