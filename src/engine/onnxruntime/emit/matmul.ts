import type { Value } from '../../../graph/value.ts'
import type { OnnxWriter } from '../onnx-writer.ts'
import type { Emission, EmitRule } from './emit-rule.ts'
import { operand } from './emit-rule.ts'
import { emitRowFactors, emitUnscaledGradient, isWide } from './lookup.ts'

interface Product {
  readonly a: string
  readonly b: string
  readonly transposeA: boolean
  readonly transposeB: boolean
  readonly scale: number
}

export const emitMatmul: EmitRule<'matmul'> = (emission) => {
  const { writer, operation, value } = emission
  const [left] = value.inputs
  if (left?.operation.kind === 'crossEntropyGradient' && isWide(left)) return productOfLoss(emission, left)
  const wanted = { ...operation, a: operand(emission, 0), b: operand(emission, 1) }
  return writer.flip && isFlipped(value) ? flippedProduct(writer, wanted) : product(emission, wanted)
}

const product = (emission: Emission<'matmul'>, wanted: Product): string =>
  emission.writer.fused ? fusedProduct(emission.writer, wanted) : plainProduct(emission, wanted)

/**
 * A product with the gradient of a loss, whose rows have a factor each. The factors multiply the smaller tensor
 * beside it, and not the gradient, which is as wide as the vocabulary: D·F·B or (D·F)ᵀ·B = Fᵀ·(D·B).
 */
function productOfLoss(emission: Emission<'matmul'>, gradient: Value): string {
  const { writer, operation } = emission
  const parts = { writer, input: emission.operandsOf(gradient) }
  const factors = emitRowFactors(parts)
  const scaled = (name: string) => writer.node('Mul', [name, factors])
  const [a, b] = [emitUnscaledGradient({ ...parts, wide: true }), operand(emission, 1)]
  if (!operation.transposeA) return scaled(product(emission, { ...operation, a, b }))
  const right = operation.transposeB ? swapLast(writer, b, undefined) : b
  return product(emission, { ...operation, transposeB: false, a, b: scaled(right) })
}

/** Whether `value` is X·Wᵀ with a matrix X and a frozen W. */
function isFlipped({ operation, inputs: [a, b], shape }: Value): boolean {
  if (operation.kind !== 'matmul' || operation.transposeA || !operation.transposeB) return false
  const columns = Number(shape[1])
  return a?.shape.length === 2 && b?.operation.kind === 'weight' && columns <= MAX_FLIPPED_COLUMNS
}

/** Past this many columns turning the result costs more than it saves. */
const MAX_FLIPPED_COLUMNS = 16384

/**
 * X·Wᵀ as (W·Xᵀ)ᵀ. A product repacks its right operand, which should be the small one: so a weight that is not
 * packed ahead costs no more than one that is, and needs no second copy in memory.
 */
function flippedProduct(writer: OnnxWriter, { a, b, scale }: Product): string {
  const turned = fusedProduct(writer, { a: b, b: a, transposeA: false, transposeB: true, scale })
  return writer.node('Transpose', [turned], { attributes: { perm: { ints: [1, 0] } } })
}

function fusedProduct(writer: OnnxWriter, { a, b, transposeA, transposeB, scale }: Product): string {
  if (!transposeA && !transposeB && scale === 1) return writer.node('MatMul', [a, b])
  const attributes = {
    transA: { i: transposeA ? 1 : 0 },
    transB: { i: transposeB ? 1 : 0 },
    alpha: { f: scale },
  }
  return writer.node('FusedMatMul', [a, b], { domain: 'com.microsoft', attributes })
}

/** With ONNX's own operators. */
function plainProduct({ writer, value }: Emission<'matmul'>, product: Product): string {
  const { a, b, transposeA, transposeB, scale } = product
  const left = transposeA ? swapLast(writer, a, value.inputs[0]) : a
  const right = transposeB ? swapLast(writer, b, value.inputs[1]) : b
  const unscaled = writer.node('MatMul', [left, right])
  return scale === 1 ? unscaled : writer.node('Mul', [unscaled, writer.floats([scale], [])])
}

function swapLast(writer: OnnxWriter, name: string, value: Value | undefined): string {
  const rank = value?.shape.length ?? 2
  const perm = [...Array(rank - 2).keys(), rank - 1, rank - 2]
  return writer.node('Transpose', [name], { attributes: { perm: { ints: perm } } })
}
