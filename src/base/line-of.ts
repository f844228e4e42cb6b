import { isNode, LineCounter, parseDocument } from 'yaml'

/** The line of a YAML text at which a field stands, from 1; of one that is missing, where it should; or null. */
export function lineOf(text: string, path: readonly (string | number)[]): number | null {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, uniqueKeys: false })
  for (let depth = path.length; depth > 0; depth--) {
    const node = document.getIn(path.slice(0, depth), true)
    const start = isNode(node) ? node.range?.[0] : undefined
    if (start !== undefined) return lineCounter.linePos(start).line
  }
  return null
}
