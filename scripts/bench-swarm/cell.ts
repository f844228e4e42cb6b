import { readFileSync } from 'node:fs'
import { readSwarmFile } from '../../src/swarm/file/read-swarm-file.ts'
import { scriptOf } from '../../src/swarm/file/script-of.ts'
import { runScript } from '../../src/swarm/run-script.ts'
import { type Kind, profileByKind } from './profile-by-kind.ts'
import { scaledSwarm } from './scaled-swarm.ts'

export interface CellRequest {
  readonly file: string
  readonly peers: number
  readonly rounds: number
  readonly seed: number
  /** Say what the time goes into; the profiler itself costs some. */
  readonly profile: boolean
}

export interface CellResult {
  readonly peers: number
  readonly rounds: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakMegabytes: number
  readonly events: number
  readonly messages: number
  readonly virtualSeconds: number
  readonly failovers: number
  readonly joined: number
  readonly left: number
  readonly shares: Readonly<Record<Kind, number>> | null
  readonly failure: string | null
}

async function measure({ file, peers, rounds, seed, profile }: CellRequest): Promise<CellResult> {
  const swarm = scaledSwarm(readSwarmFile(readFileSync(file, 'utf8'), file), peers)
  const script = scriptOf({ ...swarm, rounds }, seed)
  const startMs = performance.now()
  const cpu = process.cpuUsage()
  const run = () => runScript(script)
  const { value: outcome, shares } = profile ? await profileByKind(run) : { value: await run(), shares: null }
  const seconds = (performance.now() - startMs) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  const count = (of: (round: (typeof outcome.rounds)[number]) => number) =>
    outcome.rounds.reduce((sum, round) => sum + of(round), 0)
  return {
    peers: script.peers.length,
    rounds: outcome.rounds.length,
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakMegabytes: process.resourceUsage().maxRSS / 1_024,
    events: outcome.events,
    messages: outcome.messages,
    virtualSeconds: outcome.virtualMs / 1_000,
    failovers: count(({ failovers }) => failovers),
    joined: count(({ joined }) => joined.length),
    left: count(({ left }) => left.length),
    shares,
    failure: outcome.failure?.message ?? null,
  }
}

const request = process.argv[2]
if (request !== undefined)
  process.stdout.write(JSON.stringify(await measure(JSON.parse(request) as CellRequest)))
