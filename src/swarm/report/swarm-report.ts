import type { Outcome } from '../run-script.ts'
import type { Script } from '../script/script.ts'
import type { RoundReport } from './chronicle.ts'

/** What a swarm's run came to; plain data, as it is written to `report.json`. */
export interface SwarmReport {
  readonly swarm: string
  readonly seed: number
  readonly peers: number
  readonly rounds: readonly RoundReport[]
  readonly failovers: number
  /** Bytes that all peers sent: messages, records and bodies. */
  readonly bytes: number
  readonly messages: number
  /** Whether the time was the simulator's or this machine's. */
  readonly time: 'virtual' | 'real'
  readonly seconds: number
  /** How often peers were left out, by reason. */
  readonly exclusions: Readonly<Record<string, number>>
  /** What was refused and who was accused. */
  readonly lies: Readonly<Record<string, number>>
  readonly training: Script['training']
  /** Of the last round: the distance from the toy's optimum, or the mean of the peers' training losses. */
  readonly finalLoss: number | null
  /** What was broken: an invariant, or an expectation of the swarm file. */
  readonly faults: readonly string[]
}

/** What a report is made of, whoever ran the swarm. */
export interface SwarmRun
  extends Pick<Outcome, 'script' | 'rounds' | 'failure' | 'lies' | 'messages' | 'bytes'> {
  readonly time: SwarmReport['time']
  readonly lastedMs: number
}

export function swarmReport(outcome: SwarmRun, unmet: readonly string[]): SwarmReport {
  const { script, rounds, failure, bytes, messages, lies } = outcome
  const exclusions: Record<string, number> = {}
  for (const { excluded } of rounds)
    for (const { reason } of excluded) exclusions[reason] = (exclusions[reason] ?? 0) + 1
  return {
    swarm: script.name,
    seed: script.seed,
    peers: script.peers.length,
    rounds,
    failovers: rounds.reduce((sum, round) => sum + round.failovers, 0),
    bytes,
    messages,
    time: outcome.time,
    seconds: outcome.lastedMs / 1_000,
    exclusions,
    lies,
    training: script.training,
    finalLoss: rounds.at(-1)?.loss ?? null,
    faults: failure === null ? unmet : [failure.message, ...unmet],
  }
}

const COLUMNS = [
  'round',
  'atMs',
  'tookMs',
  'aggregator',
  'failovers',
  'roster',
  'contributors',
  'bytes',
  'loss',
] as const

/** One line for each round, with a heading. */
export function reportCsv({ rounds }: Pick<SwarmReport, 'rounds'>): string {
  const lines = rounds.map((round) => [
    ...COLUMNS.map((column) => String(round[column] ?? '')),
    round.excluded.map(({ peer, reason }) => `${peer}:${reason}`).join(' '),
  ])
  return [[...COLUMNS, 'excluded'], ...lines].map((line) => `${line.join(',')}\n`).join('')
}
