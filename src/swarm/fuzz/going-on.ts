import type { Random } from '../../base/random.ts'
import type { Happening, Script } from '../script/script.ts'

type Parting = Extract<Happening, { type: 'partition' }>

/** Share of the swarms that stay parted until sides are through with all their rounds. */
const LATE = 0.3

/**
 * A random script as one of a federation that goes on through partitions: nobody lies, and the network parts once or
 * twice for long enough that sides go on alone. Mostly there are rounds enough to become one again, but some learn only
 * after their last round that there are others.
 */
export function goingOn(script: Script, chance: Random): Script {
  const parted = partedOften(script, chance)
  return chance.uniform() < LATE ? partedLong(parted, chance) : parted
}

/** One partition from the first rounds on, for up to a hundred seconds, in the place of the others. */
function partedLong(script: Script, chance: Random): Script {
  const calmAtMs = script.calmAtMs + 10_000 + chance.integer(75_000)
  const others = script.happenings.filter(({ type }) => type !== 'partition')
  const drawn = parting(chance, script.peers.length, script.calmAtMs / 2)
  return { ...script, calmAtMs, happenings: [...others, { ...drawn, forMs: calmAtMs }] }
}

function partedOften(script: Script, chance: Random): Script {
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
function parting(chance: Random, peers: number, calmAtMs: number): Parting {
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
