/** How many values lie in a row. */
const ROW = 32

/**
 * A value for each position of a roster, as plain data: rows that are shared between versions, so that setting one
 * value copies a row and the list of rows. A peer of a large roster hears of everybody else in every round, and copying
 * all values each time would take the square of the roster.
 */
export interface Places<Value> {
  readonly size: number
  readonly rows: readonly (readonly Value[])[]
}

/** The same value at every position: all rows are one. */
export const everyPlace = <Value>(size: number, value: Value): Places<Value> => ({
  size,
  rows: new Array(Math.ceil(size / ROW)).fill(new Array(ROW).fill(value)),
})

export const placesOf = <Value>(values: readonly Value[]): Places<Value> => ({
  size: values.length,
  rows: Array.from({ length: Math.ceil(values.length / ROW) }, (_, row) =>
    values.slice(ROW * row, ROW * (row + 1)),
  ),
})

/** The value at a position; undefined at one that is none, such as −1. */
export const placeAt = <Value>({ size, rows }: Places<Value>, at: number): Value | undefined =>
  at >= 0 && at < size ? rows[Math.floor(at / ROW)]?.[at % ROW] : undefined

/** The places with another value at one position, which must be one of them. */
export function withPlace<Value>({ size, rows }: Places<Value>, at: number, value: Value): Places<Value> {
  const number = Math.floor(at / ROW)
  return { size, rows: rows.with(number, (rows[number] ?? []).with(at % ROW, value)) }
}

/** All values, by position. */
export const valuesOf = <Value>({ size, rows }: Places<Value>): readonly Value[] =>
  rows.flat().slice(0, size) as Value[]
