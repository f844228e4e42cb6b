import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict'
import { composedKinds } from '../../../../scripts/experiment-ranks/composed-kinds.ts'
import { drawExamples, drawTasks } from '../../../../scripts/experiment-ranks/draw-tasks.ts'
import { DISTRIBUTIONS, ranksOfPeers } from '../../../../scripts/experiment-ranks/federation.ts'
import { cellName, planCells } from '../../../../scripts/experiment-ranks/plan-cells.ts'
import { FULL, QUICK, settingsDigest } from '../../../../scripts/experiment-ranks/settings.ts'
import { TUNING_SEED } from '../../../../scripts/experiment-ranks/tuning-grid.ts'
import { heldOutKinds } from '../../../../scripts/tasks/held-out-kinds.ts'
import { pretrainingKinds } from '../../../../scripts/tasks/pretraining-kinds.ts'
import { random } from '../../../../src/base/random.ts'

const counts = (ranks: readonly number[]) => FULL.ranks.map((rank) => ranks.filter((r) => r === rank).length)

describe('the experiment of ranks: who takes part', () => {
  it('gives forty peers the ranks of each distribution in its proportions', () => {
    const ofForty = (name: (typeof DISTRIBUTIONS)[number]) => counts(ranksOfPeers(name, FULL.ranks, 40, 's'))
    deepEqual(ofForty('uniform'), [10, 10, 10, 10])
    deepEqual(ofForty('heavy-tail-light'), [34, 2, 2, 2])
    deepEqual(ofForty('heavy-tail-strong'), [2, 2, 2, 34])
    deepEqual(ofForty('normal'), [2, 18, 18, 2])
  })

  it('leaves no peer out, however many there are', () => {
    for (let peers = 1; peers < 60; peers++)
      for (const name of DISTRIBUTIONS) equal(ranksOfPeers(name, FULL.ranks, peers, 's').length, peers)
  })

  it('lets the seed alone decide who has which rank', () => {
    const ranks = (seed: string) => ranksOfPeers('normal', FULL.ranks, 40, seed)
    deepEqual(ranks('1'), ranks('1'))
    notDeepEqual(ranks('1'), ranks('2'))
  })

  it('makes federations of one rank', () => {
    deepEqual(ranksOfPeers('lowest', [1, 4, 8, 16], 3, 's'), [1, 1, 1])
    deepEqual(ranksOfPeers('highest', [1, 4, 8, 16], 3, 's'), [16, 16, 16])
  })
})

describe('the experiment of ranks: tasks', () => {
  it('gives every peer another task, and tests on tasks that nobody has', () => {
    const { own, unseen } = drawTasks(FULL, '1')
    equal(own.length, FULL.peers)
    equal(unseen.length, FULL.unseenTasks)
    equal(new Set([...own, ...unseen].map(({ name }) => name)).size, FULL.peers + FULL.unseenTasks)
  })

  it('draws others for another seed', () => {
    notDeepEqual(
      drawTasks(FULL, '1').own.map(({ name }) => name),
      drawTasks(FULL, '2').own.map(({ name }) => name),
    )
  })

  it('asks for nothing that pretraining asked for', () => {
    const known = new Set(pretrainingKinds.flatMap(({ definitions }) => [...definitions]))
    for (const { definitions } of [...composedKinds, ...heldOutKinds]) ok(!known.has(definitions[0]))
  })

  it('composes edits whose answers are never empty, and never the input for all inputs', () => {
    for (const kind of composedKinds) {
      const drawn = Array.from({ length: 40 }, (_, at) => kind.sample(random('composed', at)))
      ok(
        drawn.every(({ output }) => output.length > 0),
        kind.name,
      )
      ok(
        drawn.some(({ input, output }) => input !== output),
        kind.name,
      )
    }
  })

  it('never tests on what a peer trains on', () => {
    for (const kind of drawTasks(FULL, '1').own) {
      const prompts = (side: 'train' | 'test') =>
        drawExamples(kind, side, 64, '1').map((example) => (example.kind === 'prompt' ? example.prompt : ''))
      const train = new Set(prompts('train'))
      ok(
        prompts('test').every((prompt) => !train.has(prompt)),
        kind.name,
      )
    }
  })
})

describe('the experiment of ranks: cells', () => {
  it('runs each once, and what decides first', () => {
    const names = planCells(['1', '2', '3']).map(cellName)
    equal(new Set(names).size, names.length)
    deepEqual(names.slice(0, 3), [
      '1.heavy-tail-strong.flexlora',
      '2.heavy-tail-strong.flexlora',
      '3.heavy-tail-strong.flexlora',
    ])
  })

  it('does not depend on a distribution where all peers have one rank', () => {
    equal(planCells(['1']).filter(({ federation }) => federation === 'lowest').length, 2)
  })

  it('keeps results of other settings apart, and the seed of the tuning out of the report', () => {
    notDeepEqual(settingsDigest(FULL), settingsDigest(QUICK))
    ok(planCells(['1', '2', '3']).every(({ seed }) => seed !== TUNING_SEED))
  })
})
