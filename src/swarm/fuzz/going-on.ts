import type { Random } from '../../base/random.ts'
import type { Happening, Script } from '../script/script.ts'

/**
 * A random script as one of a federation that goes on through partitions: nobody lies, the network parts once or twice
 * for long enough that sides go on alone, and there are rounds enough to become one again.
 */
export function goingOn(script: Script, chance: Random): Script {
  const { peers, charter, happenings, calmAtMs } = script
  const partings = Array.from({ length: 1 + chance.integer(2) }, () =>
    parting(chance, peers.length, calmAtMs),
  )
  return {
    ...script,
    peers: peers.map((peer) => ({ ...peer, lie: null })),
    charter: {
      ...charter,
      rounds: 4 + chance.integer(7),
      faults: 'crash',
      partition: 'continue',
      contributions: { ...charter.contributions, minimum: Math.max(2, charter.contributions?.minimum ?? 2) },
    },
    // Where a small side is all that is left of the roster, one who leaves for good may be one too many.
    happenings: [...happenings.filter(({ type }) => type !== 'leave'), ...partings],
  }
}

/** Two or three sides, at random or cut at one place; they are whole again when calm comes, if not before. */
function parting(chance: Random, peers: number, calmAtMs: number): Happening {
  const sides = 2 + chance.integer(2)
  const atMs = chance.integer(calmAtMs / 2)
  const half = chance.integer(peers)
  const atRandom = chance.uniform() < 0.5
  return {
    type: 'partition',
    atMs,
    sides: Array.from({ length: peers }, (_, at) => (atRandom ? chance.integer(sides) : Number(at < half))),
    forMs: 1_000 + chance.integer(calmAtMs - atMs),
  }
}
