import { MemorySizeError } from './rank-errors.ts'

const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

/**
 * Reads a size such as `8GiB`, `512 MB` or `1.5GB` and answers whole bytes: KB, MB, GB and TB are powers of
 * 1000, KiB, MiB, GiB and TiB powers of 1024; letters of either case.
 *
 * @throws {MemorySizeError} where there is no number, no known unit, or nothing but zero
 */
export function parseMemorySize(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(text)
  const unit = UNITS[match?.[2]?.toLowerCase() ?? '']
  const bytes = Math.floor(Number(match?.[1]) * (unit ?? Number.NaN))
  if (!(bytes > 0 && Number.isSafeInteger(bytes))) throw new MemorySizeError(text)
  return bytes
}
