import { getHeapStatistics } from 'node:v8'
import { type Decoder, EXTRA_BYTES_PER_BYTE, MAX_MS, type Outcome } from './decoder.ts'

/** What a decoder may allocate for an input besides so much for each of its bytes. */
const EXTRA_BYTES = 8 * 2 ** 20
/** No refusal quotes more of what came from outside; the name of a file may stand before it. */
const MAX_REASON_LENGTH = 2_048
const AGAIN = 3

export interface Judgement {
  readonly accepted: boolean
  /** What no input may cause, or null. */
  readonly fault: string | null
  /** Milliseconds of processor time. */
  readonly ms: number
  /** How much more memory was in use after than before, garbage included. */
  readonly extraBytes: number
}

const usedBytes = () => {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics()
  return heap + external
}

/** Runs one input and looks for everything that must not happen. */
export function judge(decoder: Decoder, bytes: Uint8Array): Judgement {
  const given = bytes.slice()
  const before = usedBytes()
  const clock = stopwatch()
  const outcome = attempt(decoder, bytes)
  let ms = clock()
  const extraBytes = Math.max(0, usedBytes() - before)
  const maxMs = decoder.maxMs ?? MAX_MS
  // Collecting garbage and compiling take their time too: only what is slow every time is the decoder's fault.
  for (let time = 0; ms > maxMs && time < AGAIN; time++) ms = Math.min(ms, timed(decoder, bytes))
  const accepted = typeof outcome !== 'string' && outcome.ok
  const fault = faultOf(decoder, given, bytes, outcome) ?? slowOrLarge(decoder, ms, extraBytes, given.length)
  return { accepted, fault, ms, extraBytes }
}

/** What the system counts as a thread's own time, it counts in steps of some milliseconds. */
const COARSE_MS = 20

/** Milliseconds since now: of the clock, and where that is much, of this thread's work alone. */
function stopwatch(): () => number {
  const [startMs, worked] = [performance.now(), process.threadCpuUsage()]
  return () => {
    const ms = performance.now() - startMs
    if (ms < COARSE_MS) return ms
    const { user, system } = process.threadCpuUsage(worked)
    return Math.min(ms, Math.max(COARSE_MS, (user + system) / 1_000))
  }
}

/** The outcome, or what was thrown. */
function attempt(decoder: Decoder, bytes: Uint8Array): Outcome | string {
  try {
    return decoder.decode(bytes)
  } catch (error) {
    return `it threw ${error instanceof Error ? `${error.name}: ${error.message.slice(0, 200)}` : String(error)}`
  }
}

function timed(decoder: Decoder, bytes: Uint8Array): number {
  const clock = stopwatch()
  attempt(decoder, bytes)
  return clock()
}

function faultOf(
  decoder: Decoder,
  given: Uint8Array,
  after: Uint8Array,
  outcome: Outcome | string,
): string | null {
  if (typeof outcome === 'string') return outcome
  if (Buffer.compare(given, after) !== 0) return 'it changed its input'
  if (!outcome.ok) return outcome.reason.length > MAX_REASON_LENGTH ? 'its reason is endless' : null
  if (given.length > decoder.maxBytes)
    return `it read ${given.length} bytes, its limit is ${decoder.maxBytes}`
  const other = outcome.again !== undefined && Buffer.compare(outcome.again, given) !== 0
  return other ? 'it accepted a second spelling of one value' : null
}

function slowOrLarge(decoder: Decoder, ms: number, extraBytes: number, bytes: number): string | null {
  const { maxMs = MAX_MS, extraBytesPerByte = EXTRA_BYTES_PER_BYTE } = decoder
  if (ms > maxMs) return `it took more than ${maxMs} ms`
  const allowed = EXTRA_BYTES + extraBytesPerByte * bytes
  return extraBytes > allowed ? `it took more than ${allowed} bytes for ${bytes}` : null
}
