import { FlexswarmError } from '../base/flexswarm-error.ts'
import { EXIT_CODE } from './exit-code.ts'

export interface ErrorReport {
  readonly exitCode: number
  /** For people: what was wrong, then what to do. */
  readonly text: string
  /** For programs, on `--json`. */
  readonly json: object
}

/** Says an error as the user should read it: ours with its next step, anything else with its stack. */
export function describeError(error: unknown): ErrorReport {
  if (error instanceof FlexswarmError) {
    const { code, message, nextStep, evidence } = error
    return {
      exitCode: EXIT_CODE.refused,
      text: `error: ${message}\n  next: ${nextStep}\n  code: ${code}`,
      json: { error: { code, message, nextStep, evidence } },
    }
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    exitCode: EXIT_CODE.crashed,
    text: `flexswarm failed in a way it did not foresee; please report this:\n${stack}`,
    json: { error: { code: 'UNEXPECTED', message: stack } },
  }
}
