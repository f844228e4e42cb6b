/** Indices into `lengths` in slices of at most `size`, longest first, so that a slice needs little padding. */
export function lengthSortedSlices(lengths: readonly number[], size: number): number[][] {
  const order = [...lengths.keys()].sort(
    (one, other) => (lengths[other] as number) - (lengths[one] as number),
  )
  const slices: number[][] = []
  for (let from = 0; from < order.length; from += size) slices.push(order.slice(from, from + size))
  return slices
}
