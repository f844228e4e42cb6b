/** Dark text on white, in sizes that can be read. */
export const INK = '#1b1f24'
export const FAINT = '#57606a'
export const LINE = '#d0d7de'

export interface TextOptions {
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly size?: number
  readonly fill?: string
  readonly weight?: 'bold'
}

export function text(x: number, y: number, content: string, options: TextOptions = {}): string {
  const { anchor = 'start', size = 11, fill = INK, weight } = options
  const bold = weight === undefined ? '' : ` font-weight="${weight}"`
  return `<text x="${tidy(x)}" y="${tidy(y)}" text-anchor="${anchor}" font-size="${size}" fill="${fill}"${bold}>${escapeXml(content)}</text>`
}

/** `hint` is shown where a pointer rests on it. */
export function box(
  x: number,
  y: number,
  width: number,
  height: number,
  fill: string,
  hint?: string,
): string {
  const shape = `x="${tidy(x)}" y="${tidy(y)}" width="${tidy(width)}" height="${tidy(height)}" fill="${fill}"`
  return hint === undefined ? `<rect ${shape}/>` : `<rect ${shape}><title>${escapeXml(hint)}</title></rect>`
}

export const line = (x1: number, y1: number, x2: number, y2: number, stroke: string, width = 1): string =>
  `<line x1="${tidy(x1)}" y1="${tidy(y1)}" x2="${tidy(x2)}" y2="${tidy(y2)}" stroke="${stroke}" stroke-width="${width}"/>`

export const dot = (x: number, y: number, fill: string): string =>
  `<circle cx="${tidy(x)}" cy="${tidy(y)}" r="3.5" fill="${fill}"/>`

/** From white to a deep blue that white text stands out on; most of the steps are spent near 1, where shares lie. */
export function shade(share: number): string {
  const at = Math.max(0, Math.min(1, share)) ** 1.6
  const channel = (from: number, to: number) => Math.round(from + (to - from) * at)
  return `rgb(${channel(247, 8)},${channel(251, 81)},${channel(255, 156)})`
}

/** Text that can be read on a shade. */
export const inkOn = (share: number): string => (share > 0.78 ? '#ffffff' : INK)

const tidy = (value: number): number => Math.round(value * 10) / 10

const escapeXml = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
