import { type Random, random } from '../../../src/base/random.ts'
import type { Decoder } from '../decoder.ts'
import { BLIND, type Blind } from './blind.ts'
import { mutateCbor } from './cbor.ts'
import { mutateJson } from './json.ts'
import { mutateSafetensors } from './safetensors.ts'
import { mutateYaml } from './yaml.ts'

const pick = <T>(items: readonly T[], chance: Random): T => items[chance.integer(items.length)] as T

const ofText =
  (change: (text: string, chance: Random) => string): Blind =>
  (bytes, chance) =>
    new TextEncoder().encode(change(new TextDecoder().decode(bytes), chance))

const STRUCTURED: Readonly<Record<Decoder['grammar'], Blind | null>> = {
  cbor: mutateCbor,
  json: ofText(mutateJson),
  safetensors: mutateSafetensors,
  yaml: ofText(mutateYaml),
  bytes: null,
}
/** Of four changes, this many know the format. */
const STRUCTURED_OF_4 = 3
/** Longer than any limit by a little is enough to show that the limit holds. */
const OVER_LIMIT = 512

/** The input number `index` of a seed: a valid one, changed up to four times. The same for ever. */
export function mutant(decoder: Decoder, seed: string, index: number): Uint8Array {
  const chance = random(seed, decoder.name, index)
  const structured = STRUCTURED[decoder.grammar]
  let bytes = pick(decoder.samples, chance)
  for (let times = 1 + chance.integer(4); times > 0; times--) {
    const knows = structured !== null && chance.integer(4) < STRUCTURED_OF_4
    const change = knows ? structured : pick(BLIND, chance)
    bytes = change(bytes, chance, pick(decoder.samples, chance))
  }
  const cut = bytes.subarray(0, decoder.maxBytes + OVER_LIMIT)
  return decoder.mend !== undefined && chance.integer(3) === 0 ? decoder.mend(cut) : cut
}
