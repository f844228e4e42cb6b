import { type Document, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import { accept, type Result, refuse } from './result.ts'

/** Longest YAML text that is read: a federation of two thousand founders. The parser takes a thousand times as much. */
export const MAX_YAML_BYTES = 128 * 1024
/** Nodes that aliases may stand for in all: enough for an anchor or two, too few for ten to the ninth. */
const MAX_ALIASES = 16
/** Deeper nesting than anything here has; the parser recurses, so that it is looked at before. */
const MAX_DEPTH = 64

/** The value of a YAML text from outside, or the line that is wrong. Never throws. */
export function decodeYaml(text: string): Result<unknown> {
  if (Buffer.byteLength(text) > MAX_YAML_BYTES) return refuse(`it is longer than ${MAX_YAML_BYTES} bytes`)
  if (mayNestDeeper(text, MAX_DEPTH)) return refuse(`it is nested deeper than ${MAX_DEPTH}`)
  try {
    // The parser's own search for keys given twice compares each with each.
    const lineCounter = new LineCounter()
    const document = parseDocument(text, {
      logLevel: 'silent',
      uniqueKeys: false,
      prettyErrors: false,
      lineCounter,
    })
    const [fault] = document.errors
    if (fault !== undefined) return refuse(`${lineAt(lineCounter, fault.pos[0])}${fault.message}`)
    const wrong = wrongKey(document, lineCounter)
    return wrong === null ? accept(document.toJS({ maxAliasCount: MAX_ALIASES })) : refuse(wrong)
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
}

/** What is wrong with the first key that is no plain text or number, or is there twice; null where none is. */
function wrongKey(document: Document, lineCounter: LineCounter): string | null {
  let wrong: string | null = null
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<string>()
      for (const { key } of items) {
        if (!isScalar(key)) wrong = 'a key is not plain text'
        else if (seen.size === seen.add(String(key.value)).size)
          wrong = `${lineAt(lineCounter, key.range?.[0])}the key "${String(key.value)}" is there twice`
        if (wrong !== null) return visit.BREAK
      }
      return undefined
    },
  })
  return wrong
}

const lineAt = (lineCounter: LineCounter, offset: number | undefined): string =>
  offset === undefined ? '' : `line ${lineCounter.linePos(offset).line}: `

/**
 * Whether a text could be nested deeper than this. Flow brackets count wherever they stand; block collections nest by
 * indentation, or by `- ? : ` one after the other in a line.
 */
function mayNestDeeper(text: string, depth: number): boolean {
  let open = 0
  for (const line of text.split('\n')) {
    const [lead = ''] = /^[\s\-?:]*/.exec(line) ?? []
    if (lead.replace(/[^ \-?:]/g, '').length > 4 * depth) return true
    for (const char of line) {
      if (char === '[' || char === '{') open++
      else if ((char === ']' || char === '}') && open > 0) open--
      if (open > depth) return true
    }
  }
  return false
}
