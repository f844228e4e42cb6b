import { equal } from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { type FuzzReport, fuzz } from '../../src/swarm/fuzz/fuzz.ts'

const FRESH = 500
const REPLAY = process.env['FLEXSWARM_FUZZ_BASE']
const BASE = REPLAY === undefined ? randomInt(2 ** 40) : Number(REPLAY)

/** What broke, how to see it again, and the script to keep in `test/swarm/failed`. */
function complaint({ failures: [first] }: FuzzReport): string | undefined {
  if (first === undefined) return undefined
  const again = `FLEXSWARM_FUZZ_BASE=${BASE}, or flexswarm swarm fuzz --from ${first.seed} --seeds 1`
  const events = first.shortest.trace.join('\n')
  return `${first.failure.message}\n${again}\n${events}\n${JSON.stringify(first.smallest)}`
}

describe(`random swarms, from seed ${BASE} on`, () => {
  it(`break nothing in ${FRESH} fresh seeds`, async () => {
    const report = await fuzz({ from: BASE, seeds: FRESH, workers: Math.max(2, availableParallelism()) })
    equal(complaint(report), undefined)
    equal(report.seeds, FRESH)
  }).timeout(600_000)

  it('come out the same however many threads run them', async () => {
    const [one, three] = await Promise.all([1, 3].map((workers) => fuzz({ from: BASE, seeds: 6, workers })))
    equal(JSON.stringify(three), JSON.stringify(one))
  }).timeout(120_000)
})
