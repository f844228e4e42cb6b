/**
 * How many examples of each kind a peer has: `mainShare` of them split among its main kinds, the rest spread evenly
 * over all kinds, those it has most of included. The counts add up to `total`; kinds named first take what is left.
 */
export function dealKinds(
  kinds: readonly string[],
  mainKinds: readonly string[],
  total: number,
  mainShare: number,
): Map<string, number> {
  const even = (total * (1 - mainShare)) / kinds.length
  const extra = (total * mainShare) / mainKinds.length
  const counts = new Map(
    kinds.map((kind) => [kind, Math.floor(even + (mainKinds.includes(kind) ? extra : 0))] as const),
  )
  let left = total - [...counts.values()].reduce((sum, count) => sum + count, 0)
  for (const kind of kinds) {
    if (left === 0) break
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
    left--
  }
  return counts
}
