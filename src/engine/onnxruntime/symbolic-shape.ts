import type { Bindings, Dim } from '../../graph/dim.ts'
import { evaluateDim, symbolsOf, termsOf } from '../../graph/dim.ts'
import type { OnnxPort } from './onnx-model.ts'
import type { OnnxWriter } from './onnx-writer.ts'

/** The dim as a number where `dims` binds all its symbols, else as it is. */
export const resolveDim = (dim: Dim, dims: Bindings): Dim =>
  symbolsOf(dim).every((symbol) => dims[symbol] !== undefined) ? evaluateDim(dim, dims) : dim

/** An int64 vector with the sizes of `shape`; what is not known yet is computed from the inputs' shapes. */
export function symbolicShape(
  writer: OnnxWriter,
  inputs: readonly OnnxPort[],
  shape: readonly Dim[],
  dims: Bindings,
): string {
  const resolved = shape.map((dim) => resolveDim(dim, dims))
  if (resolved.every((dim) => typeof dim === 'number')) return writer.ints64(resolved)
  const parts = resolved.map((dim) => dimTensor(writer, inputs, dim, dims))
  return writer.node('Concat', parts, { attributes: { axis: { i: 0 } } })
}

/** An int64 [1] with the size of one dim. */
function dimTensor(writer: OnnxWriter, inputs: readonly OnnxPort[], dim: Dim, dims: Bindings): string {
  if (typeof dim === 'number') return writer.ints64([dim])
  const terms = termsOf(dim).map(({ coefficient, symbols }) => {
    const factors = symbols.map((symbol) => symbolTensor(writer, inputs, symbol, dims))
    const all = coefficient === 1 && factors.length > 0 ? factors : [writer.ints64([coefficient]), ...factors]
    return all.reduce((a, b) => writer.node('Mul', [a, b]))
  })
  return terms.reduce((a, b) => writer.node('Add', [a, b]))
}

function symbolTensor(
  writer: OnnxWriter,
  inputs: readonly OnnxPort[],
  symbol: string,
  dims: Bindings,
): string {
  const size = dims[symbol]
  if (size !== undefined) return writer.ints64([size])
  const holder = inputs.find((input) => input.dims.includes(symbol))
  if (holder === undefined) throw new RangeError(`no input has the dim "${symbol}"`)
  const place = holder.dims.indexOf(symbol)
  return writer.node('Gather', [writer.node('Shape', [holder.name]), writer.ints64([place])])
}
