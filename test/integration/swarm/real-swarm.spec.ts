import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { VerifyReport } from '../../../src/api/verify/verify-report.ts'
import { verifyRun } from '../../../src/api/verify/verify-run.ts'
import type { RealSwarmReport } from '../../../src/cli/swarm/run-real-swarm.ts'
import { type CliRun, jsonLines, runCli, startCli } from '../cli/run-cli.ts'
import { scratchDirectory } from '../cli/tiny-world.ts'
import { writeSwarm } from './swarm-file.ts'

const reportOf = (run: CliRun) => jsonLines(run)[0] as RealSwarmReport

/** How late, past its deadline, the loss of an aggregator may be mended. */
const SLACK_MS = 2_000

/** Every peer's directory holds by itself, all aggregates averaged again, and they hold the same records. */
async function checkDirectories(directory: string, peers = 7): Promise<VerifyReport> {
  const report = await verifyRun({ directory })
  deepEqual(report.wrong, [])
  equal(report.directories.length, peers)
  return report
}

const FOUR = { rank: [4, 8], samples: 100, trains: ['200ms', '400ms'] }

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a swarm of processes over TCP', function () {
  this.timeout(400_000)
  const scratch = scratchDirectory()
  after(scratch.remove)
  const at = (name: string) => join(scratch.path, name)

  it('certifies every round although in each of them a process is killed or stopped', async () => {
    const happenings = [{ 'every-round': ['crash', 'hang'], within: '1s', for: ['1s', '2s'] }]
    const file = writeSwarm(scratch.path, 'killed', { happenings, calm: '5m' })
    const run = await runCli('swarm', file, '--real', '--json', '--out', at('killed'))
    equal(run.code, 0, run.stderr)
    const { rounds, strikes, takeovers, faults } = reportOf(run)
    deepEqual(faults, [])
    equal(rounds.length, 6)
    ok(strikes.length >= 5, `${strikes.length} strikes`)
    for (const { down, costMs, deadlineMs } of takeovers)
      ok(!down || costMs <= deadlineMs + SLACK_MS, `${costMs} ms for a deadline of ${deadlineMs} ms`)
    await checkDirectories(at('killed'))
    for (const name of ['report.json', 'rounds.csv', 'rounds.svg']) ok(existsSync(join(at('killed'), name)))
  })

  it('certifies no record of two liars in seven, and names each of them', async () => {
    const honest = { rank: [4, 8, 16], samples: 100, trains: ['200ms', '500ms'] }
    const peers = [
      { ...honest, count: 5 },
      { ...honest, count: 2, rank: 8, lie: 'wrong-sum' },
    ]
    // In seven rounds everybody has its turn.
    const expect = { rounds: 7, accused: [5, 6] }
    const file = writeSwarm(scratch.path, 'liars', { rounds: 7, faults: 'byzantine', peers, expect })
    const run = await runCli('swarm', file, '--real', '--json', '--out', at('liars'))
    equal(run.code, 0, run.stderr)
    const { rounds, lies, faults } = reportOf(run)
    deepEqual(faults, [])
    ok(rounds.every(({ aggregator }) => aggregator !== 'peer0005' && aggregator !== 'peer0006'))
    await checkDirectories(at('liars'))
    for (const text of Object.keys(lies)) match(text, /^peer000[56] is accused: it differs from the mean/)
  })

  it('certifies every round although its aggregator dies when half have its proposal, on a home network', async () => {
    const file = writeSwarm(scratch.path, 'during', {
      rounds: 3,
      pace: 2,
      network: 'home',
      peers: [{ ...FOUR, count: 5 }],
      happenings: [{ 'aggregator-dies': 'during', for: '1s' }],
      calm: '5m',
    })
    const run = await runCli('swarm', file, '--real', '--json', '--out', at('during'))
    equal(run.code, 0, run.stderr)
    const { rounds, strikes, faults } = reportOf(run)
    deepEqual(faults, [])
    equal(rounds.length, 3)
    deepEqual(
      strikes.map(({ round, signal }) => [round, signal]),
      [1, 2, 3].map((round) => [round, 'SIGKILL']),
    )
    await checkDirectories(at('during'), 5)
  })

  it('goes on in both halves of a partition, and becomes one lineage again', async () => {
    const file = writeSwarm(scratch.path, 'continue', {
      rounds: 10,
      pace: 1,
      partition: 'continue',
      peers: [{ ...FOUR, count: 4 }],
      happenings: [
        {
          at: '1s',
          for: '5s',
          partition: [
            [0, 1],
            [2, 3],
          ],
        },
      ],
      calm: '6s',
      expect: { rounds: 10, merged: 1 },
    })
    const run = await runCli('swarm', file, '--real', '--json', '--out', at('continue'))
    equal(run.code, 0, run.stderr)
    const { rounds, faults } = reportOf(run)
    deepEqual(faults, [])
    equal(rounds.length, 10)
    ok(rounds.some(({ side }) => side === 2))
    const merging = rounds.find(({ merged }) => merged !== null)
    const { directories, agreement } = await checkDirectories(at('continue'), 4)
    equal(agreement, 'same')
    const gaveUp = directories.filter(({ setAside }) => setAside.length > 0)
    equal(gaveUp.length, 2)
    for (const { setAside } of gaveUp) {
      deepEqual(
        setAside.map(({ to, mergedIn }) => [to, mergedIn]),
        [[merging?.merged?.round, merging?.round]],
      )
    }
  })

  it('keeps what was set aside in a way that can be judged', async () => {
    const { directories } = await verifyRun({ directory: at('continue') })
    const { directory = '', setAside = [] } =
      directories.find(({ setAside: given }) => given.length > 0) ?? {}
    const database = new DatabaseSync(join(directory, 'store.sqlite'))
    database.exec(`UPDATE replaced_records SET certificate = x'00' WHERE height = ${setAside[0]?.to}`)
    database.close()
    const { holds, wrong } = await verifyRun({ directory })
    equal(holds, false)
    match(wrong.join(), new RegExp(`set aside, round ${setAside[0]?.to}: certificate: not a certificate`))
  })

  it('says which process ended by itself, and fails', async () => {
    const file = writeSwarm(scratch.path, 'dies', { rounds: 3 })
    const { ended } = startCli(['swarm', file, '--real', '--out', at('dies')], (line) => {
      const pid = /peer0003 is process (\d+)/.exec(line)?.[1]
      if (pid !== undefined) process.kill(Number(pid), 'SIGKILL')
    })
    const run = await ended
    equal(run.code, 2)
    match(run.stderr, /peer0003 ended by itself: it was killed by SIGKILL/)
  })

  it('leaves no process behind when it is interrupted, not even a stopped one', async () => {
    const happenings = [{ at: '0s', for: '1h', hang: 2 }]
    const file = writeSwarm(scratch.path, 'interrupted', { happenings, calm: '1h' })
    const pids: number[] = []
    const { child, ended } = startCli(['swarm', file, '--real', '--out', at('interrupted')], (line) => {
      const pid = /is process (\d+)/.exec(line)?.[1]
      if (pid !== undefined) pids.push(Number(pid))
      if (line.includes('gets SIGSTOP')) child.kill('SIGINT')
    })
    equal((await ended).code, 130)
    equal(pids.length, 7)
    deepEqual(pids.filter(isAlive), [])
  })

  it('is refused where an earlier run has left its peers', async () => {
    const file = writeSwarm(scratch.path, 'again', {})
    const run = await runCli('swarm', file, '--real', '--json', '--out', at('killed'))
    equal(run.code, 2)
    match(run.stdout, /RUN_DIRECTORY_OCCUPIED/)
  })
})
