/** What a check of outside bytes answers: the value, or why it was refused. It never throws. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string }

export const accept = <T>(value: T): Result<T> => ({ ok: true, value })

export const refuse = <T = never>(reason: string): Result<T> => ({ ok: false, reason })
