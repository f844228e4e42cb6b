import { random, shuffled } from '../../src/base/random.ts'
import type { TrainingRules } from '../../src/node/train-round.ts'
import type { Charter } from '../../src/round/charter/charter.ts'
import { coderOf } from '../../src/train/batch/coder-of.ts'
import type { TokenExample } from '../../src/train/batch/token-example.ts'
import { tokenizeExamples } from '../../src/train/batch/tokenize-examples.ts'
import type { Example } from '../../src/train/data/example.ts'
import { drawExamples, drawTasks } from './draw-tasks.ts'
import { ranksOfPeers } from './federation.ts'
import type { Lab } from './open-lab.ts'
import type { Cell } from './plan-cells.ts'
import type { Settings } from './settings.ts'

export interface CellPeer {
  readonly name: string
  readonly rank: number
  readonly data: readonly TokenExample[]
  /** Of its own task, not trained on. */
  readonly test: readonly Example[]
}

/** Everything that a cell's seed decides. */
export interface CellWorld {
  readonly charter: TrainingRules & Pick<Charter, 'strategy' | 'ranks'>
  readonly peers: readonly CellPeer[]
  /** Who trains in a round. It depends on the seed alone, so every strategy meets the same peers. */
  readonly sample: (round: number) => readonly CellPeer[]
  readonly unseen: readonly Example[]
  /** The tests of all peers. */
  readonly own: readonly Example[]
}

export function cellWorld(lab: Lab, { seed, federation, strategy }: Cell, settings: Settings): CellWorld {
  const { alpha, training, rounds, examples, ranks } = settings
  const tasks = drawTasks(settings, seed)
  const rankOf = ranksOfPeers(federation, ranks, settings.peers, seed)
  const coder = coderOf(lab.session.checkpoint)
  const { maxLength } = training
  const peers = tasks.own.map((kind, at) => ({
    name: `peer-${String(at).padStart(2, '0')}`,
    rank: rankOf[at] as number,
    data: tokenizeExamples(drawExamples(kind, 'train', examples.train, seed), coder, { maxLength }).sequences,
    test: drawExamples(kind, 'test', examples.own, seed),
  }))
  return {
    charter: {
      seed: `experiment-ranks/${seed}`,
      rounds,
      ranks: [...ranks],
      training,
      adapter: { targetModules: 'all-linear', alpha, rsLora: false },
      strategy: { name: strategy, options: {} },
    },
    peers,
    sample: (round) =>
      shuffled(peers, random('experiment-ranks', seed, 'sample', round)).slice(0, settings.sampled),
    unseen: tasks.unseen.flatMap((kind) => drawExamples(kind, 'test', examples.unseen, seed)),
    own: peers.flatMap(({ test }) => test),
  }
}
