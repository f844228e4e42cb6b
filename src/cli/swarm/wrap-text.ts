/** The text in lines of so many columns, broken between words; all but the first are indented. */
export function wrapText(text: string, columns: number, indent = '      '): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/(?<= )(?=[^ ])/)) {
    const full = line.trim() !== '' && [...line, ...word.trimEnd()].length > columns
    if (full) lines.push(line.trimEnd())
    line = full ? indent + word : line + word
  }
  return [...lines, line.trimEnd()]
}
