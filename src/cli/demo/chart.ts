const BAR_CELLS = 12
const SPARKS = '▁▂▃▄▅▆▇█'

/** A bar of twelve cells, `share` of them full. */
export function bar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * BAR_CELLS)
  return '█'.repeat(full) + '░'.repeat(BAR_CELLS - full)
}

/** The values as a row of eight heights, the lowest and the highest value at its ends. */
export function sparkline(values: readonly number[]): string {
  const low = Math.min(...values)
  const span = Math.max(...values) - low
  const height = (value: number) =>
    span === 0 ? 0 : Math.round(((value - low) / span) * (SPARKS.length - 1))
  return values.map((value) => SPARKS[height(value)] ?? '').join('')
}

/** Minutes and seconds: `1:07`. */
export function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** `0.913` as `91.3 %`. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** The text within so many columns, its end cut off where it is longer. */
export function clip(text: string, columns: number): string {
  const letters = [...text]
  return letters.length <= columns ? text : `${letters.slice(0, Math.max(0, columns - 1)).join('')}…`
}
