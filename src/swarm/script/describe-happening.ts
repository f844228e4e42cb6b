import { peerName } from './charter-of.ts'
import type { Happening } from './script.ts'

/** What befalls a swarm, for a person; null for what is told where it happens. */
export function describeHappening(happening: Happening): string | null {
  switch (happening.type) {
    case 'hang':
      return `${peerName(happening.peer)} hangs for ${seconds(happening.forMs)}`
    case 'slow':
      return `${peerName(happening.peer)} takes ${happening.factor} times as long`
    case 'partition':
      return `the network splits for ${seconds(happening.forMs)}`
    case 'cut':
      return `${peerName(happening.to)} does not hear ${peerName(happening.from)} for ${seconds(happening.forMs)}`
    case 'leave':
      return `${peerName(happening.peer)} leaves`
    case 'crash':
    case 'crash-at-effect':
    case 'aggregator-dies':
    case 'ambush':
    case 'every-round':
      return null
  }
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`
