const WIDTH = 16
const MOST_LINES = 32

/** Bytes as people read them: place, hexadecimal, characters. */
export function hexDump(bytes: Uint8Array): string {
  const lines = Array.from({ length: Math.min(MOST_LINES, Math.ceil(bytes.length / WIDTH)) }, (_, at) =>
    lineOf(bytes.subarray(at * WIDTH, (at + 1) * WIDTH), at * WIDTH),
  )
  const left = bytes.length - MOST_LINES * WIDTH
  return [...lines, ...(left > 0 ? [`… and ${left} bytes more`] : [])].join('\n')
}

function lineOf(bytes: Uint8Array, at: number): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
  const text = [...bytes].map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.')).join('')
  return `${at.toString(16).padStart(6, '0')}  ${hex.padEnd(WIDTH * 3)} ${text}`
}
