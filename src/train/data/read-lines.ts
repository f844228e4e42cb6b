import { createReadStream } from 'node:fs'

/** A line of a file, or why it cannot be text. `line` is 1-based. */
export type FileLine =
  | { readonly line: number; readonly text: string }
  | { readonly line: number; readonly problem: string; readonly column?: number }

const LINE_FEED = 0x0a

/**
 * The lines of a UTF-8 file, one at a time, without their line ends. At most `maxLineBytes` and one chunk of
 * the file are held: a longer line is passed over and reported. A byte order mark is dropped.
 */
export async function* readLines(file: string, maxLineBytes: number): AsyncGenerator<FileLine> {
  let line = 1
  let held: Buffer[] = []
  let heldBytes = 0
  const take = (): FileLine => {
    const bytes = Buffer.concat(held)
    const taken = heldBytes <= maxLineBytes ? decode(line, bytes) : tooLong(line, maxLineBytes)
    held = []
    heldBytes = 0
    line++
    return taken
  }
  const hold = (part: Buffer) => {
    heldBytes += part.length
    if (heldBytes <= maxLineBytes) held.push(part)
    else held = []
  }
  for await (const chunk of createReadStream(file)) {
    const bytes = chunk as Buffer
    let from = 0
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, from)) {
      hold(bytes.subarray(from, end))
      yield take()
      from = end + 1
    }
    if (from < bytes.length) hold(bytes.subarray(from))
  }
  if (heldBytes > 0) yield take()
}

function decode(line: number, bytes: Buffer): FileLine {
  try {
    return { line, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r$/, '') }
  } catch {
    const column = bytes.toString('utf8').indexOf('\ufffd') + 1
    return { line, problem: 'is not valid UTF-8', column }
  }
}

const tooLong = (line: number, maxLineBytes: number): FileLine => ({
  line,
  problem: `is longer than ${maxLineBytes} bytes`,
})
