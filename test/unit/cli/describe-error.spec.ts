import { deepEqual, equal, match } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FlexswarmError } from '../../../src/base/flexswarm-error.ts'
import { describeError } from '../../../src/cli/describe-error.ts'

function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

describe('an error that a command ends with', () => {
  it('is said in three lines where the user can mend it, and exits with 2', () => {
    const error = new FlexswarmError('OUT_OF_TEA', 'the pot is empty', 'Put the kettle on.', { cups: 0 })
    const { exitCode, text, json } = describeError(error)
    equal(exitCode, 2)
    equal(text, 'error: the pot is empty\n  next: Put the kettle on.\n  code: OUT_OF_TEA')
    deepEqual(json, {
      error: {
        code: 'OUT_OF_TEA',
        message: 'the pot is empty',
        nextStep: 'Put the kettle on.',
        evidence: { cups: 0 },
      },
    })
  })

  it('is one that the user can mend where the file system refuses, and names the path', () => {
    const file = join(tmpdir(), 'flexswarm-there-is-nothing-here')
    for (const [path, errno] of [
      [file, 'ENOENT'],
      [tmpdir(), 'EISDIR'],
    ] as const) {
      const { exitCode, text } = describeError(thrownBy(() => readFileSync(path)))
      equal(exitCode, 2)
      match(text, new RegExp(`^error: ${errno}: .*\\n  next: .+\\n  code: FILE_SYSTEM$`))
    }
  })

  it('carries its stack where it is a fault of ours, and exits with 1', () => {
    const { exitCode, text } = describeError(new TypeError('x is not a function'))
    equal(exitCode, 1)
    match(text, /please report this:\nTypeError: x is not a function\n +at /)
  })
})
