import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { DemoEvent, DemoOutcome } from '../../../src/api/demo/run-demo.ts'
import { type CliRun, jsonLines, startCli } from './run-cli.ts'
import { scratchDirectory, writeTinyDemo } from './tiny-world.ts'

const ROUNDS = 3
/** Long enough for a busy machine: a dead peer is noticed by its connection, not by these. */
const DEADLINES = { initialMs: 20_000, hardMs: 40_000, viewMs: 5_000 }

/** Whom to kill, once an event says so. */
type Choice = (event: DemoEvent) => string | null

interface KilledDemo {
  readonly run: CliRun
  readonly killed: string
  readonly outcome: DemoOutcome
}

/** Runs a demo through the command and kills the one peer that `choose` names first. */
async function demoWithKill(directory: string, choose: Choice): Promise<KilledDemo> {
  mkdirSync(directory)
  const file = writeTinyDemo(directory, { rounds: ROUNDS, steps: 6, federation: { deadlines: DEADLINES } })
  const pids = new Map<string, number>()
  let killed = ''
  const out = join(directory, 'run')
  const { ended } = startCli(['demo', '--file', file, '--out', out, '--json'], (line) => {
    if (!line.startsWith('{')) return
    const event = JSON.parse(line) as DemoEvent
    if (event.type === 'process') pids.set(event.from, event.pid)
    const victim = killed === '' ? choose(event) : null
    if (victim === null) return
    killed = victim
    process.kill(pids.get(victim) as number, 'SIGKILL')
  })
  const run = await ended
  return { run, killed, outcome: jsonLines(run).at(-1) as DemoOutcome }
}

function checkOthersFinished({ run, killed, outcome }: KilledDemo): void {
  equal(run.code, 0, run.stderr)
  deepEqual(
    outcome.results.map(({ name }) => name),
    ['ada', 'bo', 'chen', 'dara'],
  )
  for (const { name, rounds, fault, federated } of outcome.results) {
    if (name === killed) {
      equal(fault, 'was killed by SIGKILL')
      ok(rounds < ROUNDS)
    } else {
      equal(fault, null)
      equal(rounds, ROUNDS)
      ok((federated?.own.loss ?? Number.NaN) > 0)
    }
  }
}

describe('a demo in which a process is killed', function () {
  this.timeout(400_000)
  const scratch = scratchDirectory()
  after(scratch.remove)

  it('goes on without the aggregator', async () => {
    const aggregating: Choice = (said) =>
      said.type === 'peer' && said.event.type === 'phase' && said.event.phase === 'aggregating'
        ? said.from
        : null
    const demo = await demoWithKill(join(scratch.path, 'aggregator'), aggregating)
    ok(demo.killed !== '')
    checkOthersFinished(demo)
  })

  it('goes on without a peer that only trains', async () => {
    // Nobody aggregates twice before all have: the first round's aggregator only trains in the second.
    let first = ''
    const training: Choice = (said) => {
      if (said.type !== 'peer') return null
      const { event, from } = said
      if (event.type === 'phase' && event.phase === 'aggregating') first ||= from
      return event.type === 'step' && event.round === 2 && from === first ? from : null
    }
    const demo = await demoWithKill(join(scratch.path, 'trainer'), training)
    ok(demo.killed !== '')
    checkOthersFinished(demo)
    const lost = demo.outcome.results.find(({ name }) => name === demo.killed)
    equal(lost?.rounds, 1)
    match(lost?.federatedAdapter ?? '', /adapter$/)
  })
})
