import { deepEqual, equal, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { type PreparedDemo, prepareDemo } from '../../../src/api/demo/prepare-demo.ts'
import type { PeerEvent } from '../../../src/node/peer-event.ts'
import { type CliProcess, type CliRun, jsonLines, startCli } from './run-cli.ts'
import { scratchDirectory, writeTinyDemo } from './tiny-world.ts'

const ROUNDS = 3

/** The peers of a federation, started by their files. */
function peersOf({ peers }: PreparedDemo, onEvent: (name: string, event: PeerEvent) => void) {
  return (name: string): CliProcess => {
    const { file } = peers.find(({ definition }) => definition.name === name) as PreparedDemo['peers'][number]
    return startCli(['peer', file, '--json'], (line) => {
      if (line.startsWith('{')) onEvent(name, JSON.parse(line) as PeerEvent)
    })
  }
}

const roundsOf = (run: CliRun): number[] =>
  (jsonLines(run) as PeerEvent[]).flatMap((event) => (event.type === 'round' ? [event.round] : []))

describe('a federation that loses half of its peers in the middle of a round', function () {
  this.timeout(400_000)
  const scratch = scratchDirectory()
  after(scratch.remove)

  it('waits for them; started again, they go on where they were, and all finish', async () => {
    const deadlines = { initialMs: 20_000, hardMs: 40_000, viewMs: 5_000 }
    const file = writeTinyDemo(scratch.path, { rounds: ROUNDS, steps: 6, federation: { deadlines } })
    const prepared = await prepareDemo(file, join(scratch.path, 'run'))
    const running = new Map<string, CliProcess>()
    const killed = new Map<string, CliRun>()
    const victims = ['bo', 'dara']
    const { promise: bothDead, resolve } = Promise.withResolvers<void>()
    const start = peersOf(prepared, (name, event) => {
      if (!victims.includes(name) || killed.has(name) || event.type !== 'step' || event.round !== 2) return
      const { child, ended } = running.get(name) as CliProcess
      child.kill('SIGKILL')
      void ended.then((run) => {
        killed.set(name, run)
        if (killed.size === victims.length) resolve()
      })
    })
    for (const { definition } of prepared.peers) running.set(definition.name, start(definition.name))
    await bothDead
    for (const name of victims) running.set(name, start(name))
    const runs = await Promise.all([...running.values()].map(({ ended }) => ended))

    deepEqual(
      runs.map(({ code }) => code),
      [0, 0, 0, 0],
      runs.map(({ stderr }) => stderr).join('\n'),
    )
    for (const run of runs) {
      const last = (jsonLines(run) as PeerEvent[]).findLast(({ type }) => type === 'finished')
      equal(last?.type === 'finished' && last.rounds, ROUNDS)
    }
    for (const name of victims) {
      deepEqual(roundsOf(killed.get(name) as CliRun), [1])
      const again = roundsOf(runs[[...running.keys()].indexOf(name)] as CliRun)
      ok(!again.includes(1), 'a certified round is not done again')
    }
  })
})
