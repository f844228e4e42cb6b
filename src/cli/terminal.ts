/** Where a command writes: results to `out`, progress and errors to `err`, so that `--json` can be piped. */
export interface Terminal {
  readonly json: boolean
  /** A line of the result, for people; silent under `--json`. */
  line(text: string): void
  /** A line about progress; it goes to standard error and is silent under `--json`. */
  note(text: string): void
  /** The result for programs; silent without `--json`. */
  result(value: object): void
}

export function processTerminal(json: boolean): Terminal {
  return {
    json,
    line: (text) => void (json || process.stdout.write(`${text}\n`)),
    note: (text) => void (json || process.stderr.write(`${text}\n`)),
    result: (value) => void (json && process.stdout.write(`${JSON.stringify(value)}\n`)),
  }
}
