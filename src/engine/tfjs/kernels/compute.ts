import { elementCount } from '../../../base/tensor.ts'
import type { OperationKind } from '../../../graph/value.ts'
import type { TfTensor } from '../tensor-flow.ts'
import { crossEntropyGradientKernel, crossEntropyKernel } from './cross-entropy.ts'
import { binaryKernel, unaryKernel } from './elementwise.ts'
import type { Computation, Kernel } from './kernel.ts'
import { matmulKernel } from './matmul.ts'
import { layerNormKernel, rmsNormKernel, ropeKernel, softmaxKernel } from './normalization.ts'
import { dropoutMaskKernel, gatherKernel, scatterAddKernel } from './rows.ts'
import {
  concatKernel,
  expandKernel,
  reduceKernel,
  reshapeKernel,
  sliceKernel,
  transposeKernel,
} from './shape.ts'

/** The kinds that hold a tensor instead of computing one. */
type LeafKind = 'input' | 'parameter' | 'weight' | 'constant'
export type ComputedKind = Exclude<OperationKind, LeafKind>

const KERNELS: { readonly [Kind in ComputedKind]: Kernel<Kind> } = {
  neg: unaryKernel,
  exp: unaryKernel,
  log: unaryKernel,
  sqrt: unaryKernel,
  rsqrt: unaryKernel,
  tanh: unaryKernel,
  sigmoid: unaryKernel,
  erf: unaryKernel,
  silu: unaryKernel,
  gelu: unaryKernel,
  geluTanh: unaryKernel,
  add: binaryKernel,
  sub: binaryKernel,
  mul: binaryKernel,
  div: binaryKernel,
  matmul: matmulKernel,
  sum: reduceKernel,
  mean: reduceKernel,
  reshape: reshapeKernel,
  expand: expandKernel,
  transpose: transposeKernel,
  slice: sliceKernel,
  concat: concatKernel,
  gather: gatherKernel,
  scatterAdd: scatterAddKernel,
  softmax: softmaxKernel,
  rmsNorm: rmsNormKernel,
  layerNorm: layerNormKernel,
  rope: ropeKernel,
  crossEntropy: crossEntropyKernel,
  crossEntropyGradient: crossEntropyGradientKernel,
  dropoutMask: dropoutMaskKernel,
}

/** Sums over nothing are 0; the library refuses some of them. */
const SUMS: ReadonlySet<OperationKind> = new Set(['sum', 'matmul', 'scatterAdd'])

/** The result of one node as a new tensor; what was made on the way to it is disposed of. */
export function compute(computation: Computation<ComputedKind>): TfTensor {
  const { tf, operation, inputs, shape } = computation
  const isEmpty = (sizes: readonly number[]) => elementCount(sizes) === 0
  if (isEmpty(shape) || (SUMS.has(operation.kind) && inputs.some((input) => isEmpty(input.shape)))) {
    const dtype = operation.kind === 'scatterAdd' ? 'float32' : inputs[0]?.dtype
    return tf.zeros(shape, dtype === 'int32' ? 'int32' : 'float32')
  }
  const kernel = KERNELS[operation.kind] as Kernel<ComputedKind>
  return tf.tidy(() => {
    const result = kernel(computation)
    return inputs.includes(result) ? result.clone() : result
  })
}
