import { FlexswarmError } from '../../base/flexswarm-error.ts'

/** What the doctor looked at. */
export type Subject =
  | 'runtime'
  | 'engines'
  | 'model'
  | 'rank'
  | 'peer file'
  | 'federation'
  | 'data'
  | 'listening'
  | 'bootstrap'

/** One thing that was looked at. */
export interface Finding {
  readonly subject: Subject
  /** Whether it is as it should be. */
  readonly ok: boolean
  /** What there is, for people. */
  readonly lines: readonly string[]
  /** What to do about it; null where nothing is wrong. */
  readonly nextStep: string | null
  /** The stable code of the error behind it; null where there is none. */
  readonly code: string | null
}

export const sound = (subject: Subject, lines: readonly string[]): Finding => ({
  subject,
  ok: true,
  lines,
  nextStep: null,
  code: null,
})

export const unsound = (subject: Subject, lines: readonly string[], nextStep: string): Finding => ({
  subject,
  ok: false,
  lines,
  nextStep,
  code: null,
})

/** What an error says, as a finding. */
export function ailment(subject: Subject, error: unknown): Finding {
  if (error instanceof FlexswarmError) {
    return {
      subject,
      ok: false,
      lines: [error.message],
      nextStep: error.nextStep,
      code: error.code,
    }
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return unsound(subject, [text], 'This was not foreseen; please report it.')
}
