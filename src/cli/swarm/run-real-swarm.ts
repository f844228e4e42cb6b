import { dirname, join, resolve } from 'node:path'
import type { ProcessRun } from '../../processes/run-processes.ts'
import type { SwarmFile } from '../../swarm/file/swarm-file.ts'
import { unmetExpectations } from '../../swarm/file/unmet-expectations.ts'
import type { RoundReport } from '../../swarm/report/chronicle.ts'
import type { SwarmGlance } from '../../swarm/report/swarm-glance.ts'
import { type SwarmReport, swarmReport } from '../../swarm/report/swarm-report.ts'
import type { Script } from '../../swarm/script/script.ts'

/** A swarm's report, and what was done to its processes. */
export interface RealSwarmReport
  extends SwarmReport,
    Pick<ProcessRun, 'strikes' | 'takeovers' | 'directories'> {}

export interface RealSwarmOptions {
  readonly described: SwarmFile
  readonly script: Script
  /** The file's text and name, for errors. */
  readonly text: string
  readonly file: string
  readonly directory: string
  readonly onRound: (round: RoundReport) => void
  readonly onNote: (text: string) => void
  readonly onGlance: (glance: () => SwarmGlance) => void
  readonly signal: AbortSignal
}

/** Runs a swarm file with processes over TCP. */
export async function runRealSwarm(options: RealSwarmOptions): Promise<RealSwarmReport> {
  const { described, text, file } = options
  const { refuseImpossible } = await import('../../processes/refuse-impossible.ts')
  const { runProcesses } = await import('../../processes/run-processes.ts')
  refuseImpossible(described, text, file)
  const run = await runProcesses({ ...options, base: dirname(file) })
  const { strikes, takeovers, directories, faults } = run
  const report = swarmReport(run, [...faults, ...unmetExpectations(described, run)])
  return { ...report, strikes, takeovers, directories }
}

/** Where a run goes that nobody has named a place for. */
export const newRunDirectory = (name: string): string =>
  resolve(join('runs', `swarm-${name}-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}`))
