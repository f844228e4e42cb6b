import type { Dim } from './dim.ts'

export type ValueType = 'f32' | 'i32'
export type Shape = readonly Dim[]

/** Elementwise functions of one operand. `gelu` is exact (by erf), `geluTanh` is GPT-2's approximation. */
export type UnaryKind =
  | 'neg'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'rsqrt'
  | 'tanh'
  | 'sigmoid'
  | 'erf'
  | 'silu'
  | 'gelu'
  | 'geluTanh'

/** Elementwise functions of two operands, broadcast as NumPy does. */
export type BinaryKind = 'add' | 'sub' | 'mul' | 'div'

export type ReductionKind = 'sum' | 'mean'

interface Named {
  readonly name: string
}

interface Reduction {
  readonly axes: readonly number[]
  readonly keepDims: boolean
}

/** Beside their operands, what each kind of operation is told. */
interface Attributes extends Record<UnaryKind | BinaryKind, object>, Record<ReductionKind, Reduction> {
  input: Named
  parameter: Named
  weight: Named
  constant: { readonly values: readonly number[] }
  matmul: { readonly transposeA: boolean; readonly transposeB: boolean; readonly scale: number }
  reshape: object
  expand: object
  transpose: { readonly order: readonly number[] }
  slice: { readonly axis: number; readonly start: Dim; readonly end: Dim }
  concat: { readonly axis: number }
  gather: object
  scatterAdd: object
  softmax: object
  rmsNorm: { readonly epsilon: number }
  layerNorm: { readonly epsilon: number }
  rope: object
  crossEntropy: object
  crossEntropyGradient: object
  dropoutMask: { readonly site: number; readonly rate: number }
}

export type OperationKind = keyof Attributes

/** The operation of one kind, with its attributes. */
export type OperationOf<Kind extends OperationKind> = { readonly kind: Kind } & Attributes[Kind]

/** What a node computes. The builders in this folder say what each one means. */
type Operation = { [Kind in OperationKind]: OperationOf<Kind> }[OperationKind]

/**
 * One node of a graph, which is the value it computes: every node has exactly one output. Values are
 * immutable and know what they are computed from, so a graph is nothing but the values asked for.
 */
export interface Value {
  readonly operation: Operation
  readonly inputs: readonly Value[]
  readonly dtype: ValueType
  readonly shape: Shape
}

/** A value, or a number that stands for a scalar constant. */
export type Operand = Value | number

export const describeShape = (shape: Shape): string => `[${shape.join(', ')}]`
