import type { Charter } from '../../round/charter/charter.ts'
import type { StoredRecord } from '../../store/store.ts'
import { type End, endAfter, type Link, readLink, startOf } from './check-chain.ts'

/** Records of a side of a partition that a peer gave up for those of the other. */
export interface AsideLineage {
  readonly links: readonly Link[]
  /** The round of the standing lineage that merged their head as one contribution; null: their work was lost. */
  readonly mergedIn: number | null
}

/**
 * Follows records that were set aside, from the one where they left the lineage that stands: they too were certified,
 * and are judged by the same rules.
 */
export function checkAside(
  charter: Charter,
  standing: readonly Link[],
  aside: readonly StoredRecord[],
): readonly AsideLineage[] {
  const start = startOf(charter)
  const ends = new Map<string, End>([[start.head.record, start]])
  for (const { record } of standing) if (record !== null) keepEnd(ends, endAfter(record))
  const lineages: Link[][] = []
  for (const stored of aside) {
    const link = readLink(charter, (previous) => ends.get(previous) ?? null, stored)
    const lineage = lineages.find((one) => one.at(-1)?.id === link.record?.previous)
    if (lineage === undefined) lineages.push([link])
    else lineage.push(link)
    if (link.record !== null) keepEnd(ends, endAfter(link.record))
  }
  return lineages.map((links) => ({ links, mergedIn: mergingRound(standing, links) }))
}

const keepEnd = (ends: Map<string, End>, end: End): void => void ends.set(end.head.record, end)

function mergingRound(standing: readonly Link[], aside: readonly Link[]): number | null {
  const ids = new Set(aside.map(({ id }) => id))
  const merging = standing.find(({ record }) => record?.merged?.lineage.some((id) => ids.has(id)))
  return merging?.round ?? null
}
