import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AggregateReport } from '../../../src/api/report/aggregate-report.ts'
import { keptReport } from '../../../src/api/report/kept-report.ts'
import { openStore } from '../../../src/store/open-store.ts'
import { runCli } from './run-cli.ts'
import { REFERENCE, scratchDirectory } from './tiny-world.ts'

describe('flexswarm aggregate --report', function () {
  this.timeout(240_000)
  const scratch = scratchDirectory()
  after(scratch.remove)
  const [name = ''] = readdirSync(join(REFERENCE, 'flexlora'))
  const peers = join(REFERENCE, 'flexlora', name, 'peers')
  const adapters = readdirSync(peers).map((peer) => join(peers, peer))

  it('says what the aggregate of adapters is made of, and draws it beside the adapter', async () => {
    const out = join(scratch.path, 'global')
    const args = ['aggregate', ...adapters, '--rank', '4', '--alpha', '8', '--out', out, '--report']
    const { code, stdout: said } = await runCli(...args)
    equal(code, 0)
    for (const adapter of adapters) ok(said.includes(adapter))
    match(said, /module .*effective .*r=1 .*r=2 .*r=4/)
    const report = JSON.parse(readFileSync(`${out}-report/report.json`, 'utf8')) as AggregateReport
    ok(report.modules.length > 0)
    for (const { contributions } of report.modules)
      deepEqual(
        contributions.map(({ peer }) => peer),
        adapters,
      )
    match(readFileSync(`${out}-report/report.svg`, 'utf8'), /^<svg /)
    equal((await runCli(...args)).code, 0)
  })

  it('shows what a peer kept of the round that it aggregated', async () => {
    const directory = join(scratch.path, 'peer')
    const store = await openStore(directory)
    const out = join(scratch.path, 'global')
    const { modules } = JSON.parse(readFileSync(`${out}-report/report.json`, 'utf8')) as AggregateReport
    const rows = modules.map((one) => ({ module: one.module, report: JSON.stringify(one) }))
    store.putReport(2, rows.slice(0, 1))
    store.putReport(5, rows)
    store.close()
    const newest = await runCli('aggregate', directory, '--report')
    match(newest.stdout, /round 5/)
    const shown = join(scratch.path, 'shown')
    const older = await runCli('aggregate', directory, '--report', '--round', '2', '--out', shown, '--json')
    equal((JSON.parse(older.stdout) as AggregateReport).modules.length, 1)
    ok(existsSync(`${shown}-report/report.svg`))
    const none = await runCli('aggregate', directory, '--report', '--round', '3', '--json')
    match(none.stdout, /REPORT_NOT_KEPT/)
  })

  it('names a kept report that is damaged', async () => {
    const { modules } = JSON.parse(
      readFileSync(join(scratch.path, 'global-report/report.json'), 'utf8'),
    ) as AggregateReport
    const text = JSON.stringify(modules[0])
    for (const [at, damaged] of [text.slice(1), '[]', text.replace('norm', 'nOrm')].entries()) {
      const directory = join(scratch.path, `damaged-${at}`)
      const store = await openStore(directory)
      store.putReport(1, [{ module: 'q_proj', report: damaged }])
      store.close()
      throws(() => keptReport(directory), {
        code: 'STORE_ENTRY_DAMAGED',
        message: /the report of q_proj in round 1/,
      })
    }
  })

  it('still wants to be told how adapters are averaged', async () => {
    const { code, stdout } = await runCli('aggregate', ...adapters, '--report', '--json')
    ok(code !== 0)
    match(stdout, /AGGREGATE_OPTION_MISSING/)
  })
})
