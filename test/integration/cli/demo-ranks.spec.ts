import { deepEqual } from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { decideRank } from '../../../src/api/decide-rank.ts'
import { readFederationFile } from '../../../src/api/federation-file.ts'
import { openSession } from '../../../src/api/open-session.ts'
import { readPeerFile } from '../../../src/api/peer-file.ts'
import { loadPrivateData } from '../../../src/api/private-data.ts'
import { resolveTargets } from '../../../src/model/resolve-targets.ts'

const at = (name: string) => fileURLToPath(new URL(`../../../peers/demo/${name}.yaml`, import.meta.url))

describe('the peers of the demo', function () {
  this.timeout(400_000)

  it('have memory for ranks 4, 8, 16 and 32', async () => {
    const { ranks = [], training } = await readFederationFile(at('federation'))
    const decided: number[] = []
    for (const name of ['ada', 'bea', 'cem', 'dora']) {
      const peer = await readPeerFile(at(name))
      const session = await openSession(peer)
      const { sequences, longest } = await loadPrivateData(
        peer,
        session.checkpoint,
        training?.maxLength ?? 512,
      )
      const decision = await decideRank({
        ...session,
        modules: resolveTargets(session.checkpoint.config, 'all-linear'),
        batch: Math.min(training?.batchSize ?? 16, sequences.length),
        length: longest,
        ladder: ranks,
        memory: peer.memory,
      })
      decided.push(decision.rank)
      await session.close()
    }
    deepEqual(decided, [4, 8, 16, 32])
  })
})
