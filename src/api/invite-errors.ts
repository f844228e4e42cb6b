import { FlexswarmError } from '../base/flexswarm-error.ts'

/** The invite in a peer's file does not let this peer into its federation. */
export class UnusableInviteError extends FlexswarmError<'UNUSABLE_INVITE', { reason: string; peer: string }> {
  constructor(reason: string, peer: string) {
    super(
      'UNUSABLE_INVITE',
      `The invite in this peer's file cannot be used: ${reason}.`,
      `Ask a founder for the output of "flexswarm invite THEIR-FILE.yaml ${peer}", and put it under "invite".`,
      { reason, peer },
    )
  }
}

/** This peer's word lets nobody into its federation. */
export class NotAnInviterError extends FlexswarmError<'NOT_AN_INVITER', { peer: string; reason: string }> {
  constructor(peer: string, reason: string) {
    super(
      'NOT_AN_INVITER',
      `${peer} can invite nobody: ${reason}.`,
      'Ask one of the federation’s founders, whose file says "admission: invited".',
      { peer, reason },
    )
  }
}
