/** What a check of outside bytes answers: the value, or why it was refused. It never throws. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string }

/** Reasons often quote what came from outside, so they are cut to this length before anybody is shown them. */
const MAX_REASON_LENGTH = 512

export const accept = <T>(value: T): Result<T> => ({ ok: true, value })

/** A refusal. What cannot be printed (control characters, bidirectional marks) is taken out of its reason. */
export const refuse = <T = never>(reason: string): Result<T> => ({ ok: false, reason: printable(reason) })

function printable(text: string): string {
  const cut = text.length > MAX_REASON_LENGTH ? `${text.slice(0, MAX_REASON_LENGTH - 1)}…` : text
  return cut.replace(/\p{C}/gu, ' ')
}
