/**
 * The 1-based line on which each element of an array begins, in a text that is valid JSON: of the outermost
 * array, or with a `key` of the array under that key of the outermost object. Empty where there is none.
 */
export function jsonElementLines(text: string, key?: string): number[] {
  const lines: number[] = []
  const level = key === undefined ? 1 : 2
  let depth = 0
  let line = 1
  let inside = false
  let awaiting = false
  let lastString = ''
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string
    if (char === '\n') line++
    if (isBlank(char)) continue
    if (awaiting && inside && depth === level && char !== ']') {
      lines.push(line)
      awaiting = false
    }
    if (char === '"') {
      const end = stringEnd(text, at)
      if (depth === 1) lastString = text.slice(at + 1, end)
      at = end
    } else if (char === '[' || char === '{') {
      depth++
      if (char === '[' && depth === level && (key === undefined || lastString === key)) {
        inside = true
        awaiting = true
      }
    } else if (char === ']' || char === '}') {
      if (depth === level) inside = false
      depth--
    } else if (char === ',' && depth === level) {
      awaiting = inside
    }
  }
  return lines
}

const isBlank = (char: string) => char === ' ' || char === '\n' || char === '\r' || char === '\t'

/** Where the string that opens at `open` closes. A JSON string holds no raw line break, so no line is missed. */
function stringEnd(text: string, open: number): number {
  let at = open + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}
