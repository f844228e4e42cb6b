/** Visible width: colour codes take no room. */
const widthOf = (cell: string): number => [...stripColour(cell)].length

export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
  /** Never narrower than this, so that a table that is drawn again stays still. Default 0. */
  readonly least?: number
}

/** Lines of a table whose columns are as wide as their widest cell, two spaces apart. */
export function drawTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const cells = [columns.map((column) => column.title), ...rows]
  const widths = columns.map(({ least = 0 }, at) =>
    Math.max(least, ...cells.map((row) => widthOf(row[at] ?? ''))),
  )
  return cells.map((row) =>
    columns
      .map((column, at) => pad(row[at] ?? '', widths[at] ?? 0, column.align))
      .join('  ')
      .trimEnd(),
  )
}

function pad(cell: string, width: number, align: Column['align']): string {
  const room = ' '.repeat(Math.max(0, width - widthOf(cell)))
  return align === 'left' ? cell + room : room + cell
}

function stripColour(text: string): string {
  return text.replaceAll(COLOUR, '')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what starts a colour code
const COLOUR = /\x1b\[[0-9;]*m/g
