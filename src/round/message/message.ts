import type { Announcement, SignedAnnouncement } from './announcement.ts'
import type { Complaint, SignedComplaint } from './complaint.ts'
import type { Head, Join, Leave, SignedHead, SignedJoin, SignedLeave } from './membership.ts'
import type { Proposal, SignedProposal } from './proposal.ts'
import type { SignedVote, Vote } from './vote.ts'

export interface AnnouncementMessage extends SignedAnnouncement {
  readonly kind: 'announcement'
}

/**
 * Everything a peer says to the others, signed by `peer` over the canonical bytes of `body` under the domain
 * `kind` (`signedBytes`). The machine is given only messages whose signatures hold (`signatureClaims`).
 */
export type Message =
  | AnnouncementMessage
  | SignedProposal
  | SignedVote
  | SignedComplaint
  | SignedJoin
  | SignedLeave
  | SignedHead

export type MessageKind = Message['kind']

/** What is signed, before it is. The record of a proposal goes with it. */
export type Draft =
  | { readonly kind: 'announcement'; readonly body: Announcement }
  | { readonly kind: 'proposal'; readonly body: Proposal; readonly record: SignedProposal['record'] }
  | { readonly kind: 'vote'; readonly body: Vote }
  | { readonly kind: 'complaint'; readonly body: Complaint }
  | { readonly kind: 'join'; readonly body: Join }
  | { readonly kind: 'leave'; readonly body: Leave }
  | { readonly kind: 'head'; readonly body: Head }
