import type { Dim } from './dim.ts'
import { canonicalDim } from './dim.ts'
import { GraphShapeError } from './graph-error.ts'
import type { Value } from './value.ts'
import { describeShape } from './value.ts'

/** Rows of a table by number: table [n, ...rest], indices i32 [...s] → [...s, ...rest]. */
export function gather(table: Value, indices: Value): Value {
  if (indices.dtype !== 'i32') throw new GraphShapeError('gather', 'indices must be i32')
  if (table.shape.length === 0) throw new GraphShapeError('gather', 'the table has no rows')
  const shape = [...indices.shape, ...table.shape.slice(1)]
  return { operation: { kind: 'gather' }, inputs: [table, indices], dtype: table.dtype, shape }
}

/**
 * The reverse of `gather`: rows [...s, ...rest] are added up at their numbers i32 [...s] in a table
 * [rowCount, ...rest] of zeros.
 */
export function scatterAdd(rows: Value, indices: Value, rowCount: Dim): Value {
  const leading = rows.shape.slice(0, indices.shape.length)
  if (indices.dtype !== 'i32' || leading.some((dim, axis) => dim !== indices.shape[axis])) {
    throw new GraphShapeError(
      'scatterAdd',
      `rows ${describeShape(rows.shape)} want i32 indices in front, got ${describeShape(indices.shape)}`,
    )
  }
  const shape = [canonicalDim(rowCount), ...rows.shape.slice(indices.shape.length)]
  return { operation: { kind: 'scatterAdd' }, inputs: [rows, indices], dtype: 'f32', shape }
}
