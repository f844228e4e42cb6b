import type { Random } from '../base/random.ts'

export interface SamplingOptions {
  /** 0: the likeliest token. */
  readonly temperature: number
  readonly topP: number
  /** 0: no limit. */
  readonly topK: number
}

/** Picks the next token by its logits: the likeliest one, or one drawn at random. */
export function nextToken(logits: Float32Array, options: SamplingOptions, random: Random): number {
  return options.temperature === 0 ? likeliest(logits) : drawn(logits, options, random)
}

/** The first of the largest logits. */
export function likeliest(logits: Float32Array): number {
  let best = 0
  for (let id = 1; id < logits.length; id++) {
    if ((logits[id] as number) > (logits[best] as number)) best = id
  }
  return best
}

/** Temperature, then top-k, then top-p, in transformers' order. */
function drawn(logits: Float32Array, { temperature, topP, topK }: SamplingOptions, random: Random): number {
  const candidates = topP < 1 || topK > 0 ? sortedIds(logits) : Uint32Array.from(logits.keys())
  const limited = topK > 0 ? candidates.subarray(0, topK) : candidates
  const highest = logits[likeliest(logits)] as number
  const odds = Float64Array.from(limited, (id) => Math.exp(((logits[id] as number) - highest) / temperature))
  const kept = topP < 1 ? nucleus(odds, topP) : odds
  return limited[pick(kept, random)] as number
}

/** Ids by falling logit; equal ones by number. */
const sortedIds = (logits: Float32Array): Uint32Array =>
  Uint32Array.from(logits.keys()).sort((a, b) => (logits[b] as number) - (logits[a] as number) || a - b)

/** The shortest beginning whose share of the sum reaches `share`. */
function nucleus(odds: Float64Array, share: number): Float64Array {
  const enough = share * odds.reduce((total, value) => total + value, 0)
  let reached = 0
  let count = 0
  while (count < odds.length && reached < enough) reached += odds[count++] as number
  return odds.subarray(0, Math.max(count, 1))
}

function pick(odds: Float64Array, random: Random): number {
  let left = random.uniform() * odds.reduce((total, value) => total + value, 0)
  for (let at = 0; at < odds.length; at++) {
    left -= odds[at] as number
    if (left < 0) return at
  }
  return odds.length - 1
}
