const STEPS = [
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
] as const

/** Bytes for people, in powers of 1000: `1.24 GB`, `160 MB`, `12.3 MB`. */
export function formatBytes(bytes: number): string {
  for (const [unit, size] of STEPS) {
    if (Math.abs(bytes) >= size) return `${threeDigits(bytes / size)} ${unit}`
  }
  return `${bytes} B`
}

const threeDigits = (value: number): string =>
  value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2)
