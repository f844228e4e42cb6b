/**
 * The root of every error that flexswarm raises on purpose.
 *
 * `code` is stable and meant for programs, `message` says what was wrong and where, `nextStep` says what the
 * user can do about it, and `evidence` holds the values that the message was made from.
 * Folders derive their own classes from it (`MissingShardError`, `RankTooLargeError`, …).
 */
export class FlexswarmError<Code extends string = string, Evidence extends object = object> extends Error {
  readonly code: Code
  readonly nextStep: string
  readonly evidence: Evidence

  constructor(code: Code, message: string, nextStep: string, evidence: Evidence, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
    this.nextStep = nextStep
    this.evidence = evidence
  }
}
