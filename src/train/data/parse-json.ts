/** A parsed JSON text, or where (0-based, in UTF-16 units) and why it is broken. */
export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly at: number; readonly problem: string }

const POSITION = /at position (\d+)/
/** How V8 says that a text stopped too early, unless it complains at its end: such a prefix is not broken yet. */
const UNFINISHED = /Unexpected end|Unterminated/

/** `JSON.parse` that always says where the text is broken. */
export function parseJson(text: string): ParsedJson {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch (error) {
    const message = (error as Error).message
    return { ok: false, at: brokenAt(text, message), problem: describe(message) }
  }
}

/** V8 leaves the position out of some messages; there the shortest prefix that is beyond repair shows it. */
function brokenAt(text: string, message: string): number {
  const said = POSITION.exec(message)?.[1]
  if (said !== undefined) return Number(said)
  if (UNFINISHED.test(message)) return text.length
  let intact = 0
  let broken = text.length
  while (broken - intact > 1) {
    const middle = (intact + broken) >> 1
    if (isBeyondRepair(text.slice(0, middle))) broken = middle
    else intact = middle
  }
  return intact
}

function isBeyondRepair(prefix: string): boolean {
  try {
    JSON.parse(prefix)
    return false
  } catch (error) {
    const message = (error as Error).message
    const at = Number(POSITION.exec(message)?.[1] ?? -1)
    return !UNFINISHED.test(message) && at < prefix.length
  }
}

/** The message without V8's copy of the text, which may be long, and without the position, which we print. */
function describe(message: string): string {
  const bare = message
    .replace(/, "?\.{0,3}".*is not valid JSON$/s, '')
    .replace(/ (?:in JSON )?at position \d+.*$/s, '')
  return `is not valid JSON: ${bare.charAt(0).toLowerCase()}${bare.slice(1)}`
}

/** The 1-based line and column of a position in a text. */
export function lineAndColumn(text: string, at: number): { line: number; column: number } {
  let line = 1
  let lineStart = 0
  for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', lineStart)) {
    line++
    lineStart = end + 1
  }
  return { line, column: at - lineStart + 1 }
}
