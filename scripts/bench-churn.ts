import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { VerifyReport } from '../src/api/verify/verify-report.ts'
import { verifyRun } from '../src/api/verify/verify-run.ts'
import { type ProcessRun, runProcesses } from '../src/processes/run-processes.ts'
import { readSwarmFile } from '../src/swarm/file/read-swarm-file.ts'
import { scriptOf } from '../src/swarm/file/script-of.ts'
import { unmetExpectations } from '../src/swarm/file/unmet-expectations.ts'

/*
 * What a federation of seven processes over TCP survives: `npm run bench:churn [-- --seeds 1,2,3]`.
 * Swarms of peers/swarms with --real: in every round somebody is killed or stopped; two of seven lie. It fails where a
 * round is not certified, an aggregator's death costs more than its deadline and two seconds, a liar is not named, or
 * a peer's directory does not verify.
 */

const SLACK_MS = 2_000
const SWARMS = ['seven-killed', 'seven-two-liars']

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1' },
    swarms: { type: 'string', default: SWARMS.join(',') },
    verbose: { type: 'boolean', default: false },
  },
})
const say = (text: string) => void process.stdout.write(`${text}\n`)
let faults = 0

for (const name of values.swarms.split(','))
  for (const seed of values.seeds.split(',').map(Number)) {
    const found = await measure(name, seed)
    for (const fault of found) say(`  FAULT ${fault}`)
    faults += found.length
  }
process.exitCode = faults === 0 ? 0 : 1

/** Runs one swarm, says its figures, and answers what is wrong. */
async function measure(name: string, seed: number): Promise<string[]> {
  const file = fileURLToPath(new URL(`../peers/swarms/${name}.yaml`, import.meta.url))
  const described = readSwarmFile(readFileSync(file, 'utf8'), file)
  const scratch = mkdtempSync(join(tmpdir(), 'flexswarm-churn-'))
  const directory = join(scratch, 'run')
  try {
    const run = await runProcesses({
      script: scriptOf(described, seed),
      directory,
      base: join(file, '..'),
      signal: new AbortController().signal,
      onRound: () => {},
      onNote: (text) => values.verbose && say(text),
    })
    const verified = await verifyRun({ directory })
    tell(name, seed, run)
    tellVerified(verified)
    return [...run.faults, ...unmetExpectations(described, run), ...late(run), ...wrong(verified)]
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function tell(
  name: string,
  seed: number,
  { rounds, strikes, takeovers, lies, bytes, lastedMs }: ProcessRun,
): void {
  const killed = strikes.filter(({ signal }) => signal === 'SIGKILL').length
  const times = rounds.map(({ tookMs }) => tookMs).sort((one, other) => one - other)
  const seconds = (ms = 0) => (ms / 1_000).toFixed(1)
  say(
    `${name}, seed ${seed}: ${rounds.length} rounds in ${seconds(lastedMs)} s, ${(bytes / 1e6).toFixed(0)} MB`,
  )
  say(`  a round took ${seconds(times[times.length >> 1])} s (median), ${seconds(times.at(-1))} s at most`)
  say(`  ${killed} SIGKILL, ${strikes.length - killed} SIGSTOP`)
  for (const { round, from, down, costMs, deadlineMs } of takeovers)
    if (down) say(`  round ${round} lost its aggregator ${from}: ${costMs} ms, deadline ${deadlineMs} ms`)
  for (const [text, count] of Object.entries(lies)) say(`  ${text} (${count} times)`)
}

/** Losses of aggregators that cost more than they may. */
function late({ takeovers }: ProcessRun): string[] {
  return takeovers
    .filter(({ down, costMs, deadlineMs }) => down && costMs > deadlineMs + SLACK_MS)
    .map(({ round, costMs, deadlineMs }) => `round ${round}: ${costMs} ms for a deadline of ${deadlineMs} ms`)
}

function tellVerified({ directories, holds }: VerifyReport): void {
  const checks = directories.flatMap((one) => one.rounds).map(({ checks: all }) => all)
  const recomputed = checks.filter((all) =>
    all.some(({ what, verdict }) => what === 'recomputed' && verdict === 'holds'),
  )
  say(
    `  verify: ${directories.length} directories, ${checks.length} records, ${recomputed.length} of their aggregates averaged again: ${holds ? 'all hold' : 'WRONG'}`,
  )
}

function wrong({ holds }: VerifyReport): string[] {
  return holds ? [] : ['the directories do not verify']
}
