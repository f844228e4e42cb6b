import { isNode, LineCounter, parseDocument } from 'yaml'

/** The line of a swarm file's text at which a field stands, from 1; null where it is not written there. */
export function lineOf(text: string, path: readonly (string | number)[]): number | null {
  const lineCounter = new LineCounter()
  const node = parseDocument(text, { lineCounter }).getIn(path, true)
  const start = isNode(node) ? node.range?.[0] : undefined
  return start === undefined ? null : lineCounter.linePos(start).line
}
