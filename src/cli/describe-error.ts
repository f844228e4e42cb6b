import { FlexswarmError } from '../base/flexswarm-error.ts'
import { EXIT_CODE } from './exit-code.ts'

export interface ErrorReport {
  readonly exitCode: number
  /** For people: what was wrong, then what to do. */
  readonly text: string
  /** For programs, on `--json`. */
  readonly json: object
}

/** What to do about a file that the system does not give, by the code it gives instead. */
const FILE_STEPS: Readonly<Record<string, string>> = {
  ENOENT: 'Check the path: there is nothing of that name.',
  ENOTDIR: 'Check the path: a part of it, or all of it, is a file and no directory.',
  EISDIR: 'Name a file: this is a directory.',
  EEXIST: 'Name another place: something is there already.',
  EACCES: 'Choose a place that you may read and write, or change its permissions.',
  EPERM: 'Choose a place that you may read and write, or change its permissions.',
  EROFS: 'Choose a place that can be written to.',
  ENOSPC: 'Free some space on that disk, or choose another.',
  EMFILE: 'Raise the limit of open files (ulimit -n).',
}

const FILE_CALLS = [
  'open',
  'read',
  'write',
  'mkdir',
  'scandir',
  'stat',
  'lstat',
  'rename',
  'unlink',
  'rmdir',
  'fsync',
]

/** A refusal of the file system, which the user can mend, as an error of ours; anything else as it is. */
function fileError(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return error
  const { code, syscall } = error
  const nextStep = FILE_STEPS[String(code)]
  return nextStep === undefined || !FILE_CALLS.includes(String(syscall))
    ? error
    : new FlexswarmError('FILE_SYSTEM', error.message, nextStep, { errno: code, syscall })
}

/** Says an error as the user should read it: ours with its next step, anything else with its stack. */
export function describeError(thrown: unknown): ErrorReport {
  const error = fileError(thrown)
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
