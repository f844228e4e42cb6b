import type { Charter } from '../charter/charter.ts'

/** How many votes decide: any two quorums share a peer that does not lie. */
export const quorumOf = (faults: Charter['faults'], voters: number): number =>
  faults === 'byzantine' ? Math.floor((2 * voters) / 3) + 1 : Math.floor(voters / 2) + 1

/** How many peers may lie: ⌊(n−1)/3⌋, or none under `crash`. */
export const liarsTolerated = (faults: Charter['faults'], voters: number): number =>
  faults === 'byzantine' ? Math.floor((voters - 1) / 3) : 0
