import { FlexswarmError } from '../../src/base/flexswarm-error.ts'
import type { Result } from '../../src/base/result.ts'

/** How a format is spelled, so that a mutation can respect everything but the one thing that it breaks. */
export type Grammar = 'cbor' | 'json' | 'safetensors' | 'yaml' | 'bytes'

export type Outcome =
  /** `again`: what was read, encoded again; only where a value has exactly one spelling. */
  { readonly ok: true; readonly again?: Uint8Array } | { readonly ok: false; readonly reason: string }

/** One way by which bytes from outside become a value. */
export interface Decoder {
  readonly name: string
  readonly grammar: Grammar
  /** Longest input that may be read; anything longer must be refused. */
  readonly maxBytes: number
  /** Longest that one input may take. Default `MAX_MS`. */
  readonly maxMs?: number
  /** What it may allocate for each byte of input, garbage included. Default `EXTRA_BYTES_PER_BYTE`. */
  readonly extraBytesPerByte?: number
  /** How many inputs it is given where others are given one. Default 1. */
  readonly weight?: number
  /** Inputs that are accepted. */
  readonly samples: readonly Uint8Array[]
  /** Makes hashes and signatures inside a mutated input right again, so that what lies behind them is reached. */
  readonly mend?: (bytes: Uint8Array) => Uint8Array
  readonly decode: (bytes: Uint8Array) => Outcome
}

/** Longer than this and a decoder counts as hanging. */
export const MAX_MS = 100
export const EXTRA_BYTES_PER_BYTE = 128

/** The outcome of a decoder that answers with a `Result`. */
export function outcomeOf<T>(result: Result<T>, again?: (value: T) => Uint8Array): Outcome {
  if (!result.ok) return result
  return again === undefined ? { ok: true } : { ok: true, again: again(result.value) }
}

/** The outcome of a reader of local files, which refuses by a typed error; any other error is a fault. */
export function outcomeOfReader(read: () => unknown): Outcome {
  try {
    read()
    return { ok: true }
  } catch (error) {
    if (error instanceof FlexswarmError) return { ok: false, reason: error.message }
    throw error
  }
}

export const utf8 = new TextEncoder()
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
