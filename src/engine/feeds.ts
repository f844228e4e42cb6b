import type { Tensor } from '../base/tensor.ts'
import { elementCount } from '../base/tensor.ts'
import type { Bindings, Dim } from '../graph/dim.ts'
import { evaluateDim, isSymbol, symbolsOf } from '../graph/dim.ts'
import type { Value } from '../graph/value.ts'
import { describeShape } from '../graph/value.ts'
import { FeedError } from './engine-error.ts'
import type { Feeds } from './executor.ts'

/**
 * Checks that every input and parameter among `leaves` is fed as it was declared, and answers the sizes of
 * all symbols, `fixed` ones included. Throws FeedError with the first that does not fit.
 */
export function bindFeeds(leaves: readonly Value[], feeds: Feeds, fixed: Bindings = {}): Bindings {
  const bindings: Record<string, number> = { ...fixed }
  const named = leaves.flatMap((leaf) => {
    const { operation } = leaf
    return operation.kind === 'input' || operation.kind === 'parameter'
      ? [{ leaf, name: operation.name }]
      : []
  })
  for (const { leaf, name } of named) bindSymbols(leaf, name, requireFeed(leaf, name, feeds), bindings)
  for (const { leaf, name } of named) checkDims(leaf, name, requireFeed(leaf, name, feeds), bindings)
  return bindings
}

function requireFeed(leaf: Value, name: string, feeds: Feeds): Tensor {
  const tensor = Object.hasOwn(feeds, name) ? feeds[name] : undefined
  if (tensor === undefined) throw new FeedError(name, `nothing was fed for this ${leaf.operation.kind}`)
  if (tensor.dtype !== leaf.dtype) throw new FeedError(name, `is ${tensor.dtype}, wanted ${leaf.dtype}`)
  if (tensor.data.length !== elementCount(tensor.shape)) {
    throw new FeedError(name, `${tensor.data.length} elements do not fill ${describeShape(tensor.shape)}`)
  }
  return tensor
}

function bindSymbols(leaf: Value, name: string, tensor: Tensor, bindings: Record<string, number>): void {
  if (tensor.shape.length !== leaf.shape.length) throw shapeError(leaf, name, tensor)
  leaf.shape.forEach((dim, axis) => {
    const size = tensor.shape[axis] ?? 0
    if (isSymbol(dim) && bindings[dim] === undefined) bindings[dim] = size
  })
}

function checkDims(leaf: Value, name: string, tensor: Tensor, bindings: Bindings): void {
  leaf.shape.forEach((dim: Dim, axis) => {
    if (symbolsOf(dim).some((symbol) => bindings[symbol] === undefined)) return
    if (evaluateDim(dim, bindings) !== tensor.shape[axis]) throw shapeError(leaf, name, tensor, bindings)
  })
}

function shapeError(leaf: Value, name: string, tensor: Tensor, bindings: Bindings = {}): FeedError {
  const known = Object.entries(bindings).map(([symbol, size]) => `${symbol} = ${size}`)
  const where = known.length > 0 ? ` where ${known.join(', ')}` : ''
  return new FeedError(name, `is ${describeShape(tensor.shape)}, wanted ${describeShape(leaf.shape)}${where}`)
}
