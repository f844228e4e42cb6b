import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'

/** Seven peers of three ranks, in a hurry. */
const SEVEN = {
  about: 'a test',
  rounds: 6,
  leaseRounds: 20,
  pace: 3,
  patience: '5m',
  peers: [{ count: 7, rank: [4, 8, 16], samples: [50, 500], trains: ['200ms', '500ms'] }],
}

/** Writes a swarm file; what is not given is that of seven peers in a hurry. */
export function writeSwarm(directory: string, name: string, given: object): string {
  const file = join(directory, `${name}.yaml`)
  writeFileSync(file, stringify({ name, ...SEVEN, ...given }))
  return file
}
