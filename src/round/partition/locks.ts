import type { LockProof } from '../effect.ts'
import type { PeerId } from '../identifier.ts'

/** Which roster a lock is of: a side of the round's, or the whole. */
const sideOf = ({ proposal }: LockProof): string => String(proposal.record.split?.side ?? '')

/** What a peer has locked in a round, the latest of each side that it was on. */
export const withLock = (locks: readonly LockProof[], lock: LockProof | null): readonly LockProof[] =>
  lock === null ? locks : [...locks.filter((other) => sideOf(other) !== sideOf(lock)), lock]

/** What a peer had locked when it was on this side before. */
export const lockOf = (locks: readonly LockProof[], side: readonly PeerId[]): LockProof | null =>
  locks.find((lock) => sideOf(lock) === String(side)) ?? null
