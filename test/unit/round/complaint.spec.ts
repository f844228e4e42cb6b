import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Effect } from '../../../src/round/effect.ts'
import type { Draft } from '../../../src/round/message/message.ts'
import { recordId } from '../../../src/round/record/record-id.ts'
import { collected, type Driven, leadingFounder, votesIn } from './samples.ts'

const complaintOf = (driven: Driven, value: string, module: string): Draft => {
  const { federation, round } = driven.state
  return { kind: 'complaint', body: { federation, round, value, module, reason: 'it differs from the mean' } }
}

const checksIn = (effects: readonly Effect[]) =>
  effects.filter((effect) => effect.type === 'verify').map(({ module }) => module)

/** A follower that has found the first view's record valid, and prevoted it. */
function convinced(options: { readonly checked?: boolean } = {}) {
  const driven = collected(leadingFounder(false, { faults: 'byzantine' }))
  const record = driven.record(0)
  const value = recordId(record)
  driven.hears(driven.leader(0), driven.proposal(0, record))
  const { round } = driven.state
  const answer = (module: string | null, reason: string | null, unavailable = false) =>
    driven.does({
      type: 'verified',
      round,
      value,
      module,
      refusal: reason === null ? null : { reason, module, ...(unavailable ? { unavailable } : {}) },
    })
  if (options.checked !== false) answer(null, null)
  const complain = (peer: string, module: string) => driven.hears(peer, complaintOf(driven, value, module))
  const everybodyPrevotes = () =>
    driven.others.flatMap((peer) => driven.hears(peer, driven.vote(0, 'prevote', value)))
  const [first, second, third] = driven.others as [string, string, string]
  return { driven, value, answer, complain, everybodyPrevotes, first, second, third }
}

describe('a complaint about a module', () => {
  it('is looked into before a record that held here gets the next vote', () => {
    const { complain, everybodyPrevotes, answer, value, first } = convinced()
    deepEqual(checksIn(complain(first, 'q')), ['q'])
    deepEqual(votesIn(everybodyPrevotes()), [])
    deepEqual(votesIn(answer('q', null)), [{ step: 'precommit', view: 0, value }])
  })

  it('that comes before the own check is done holds the prevote back', () => {
    const { complain, answer, value, first } = convinced({ checked: false })
    complain(first, 'q')
    deepEqual(votesIn(answer(null, null)), [])
    deepEqual(votesIn(answer('q', null)), [{ step: 'prevote', view: 0, value }])
  })

  it('that is right makes the record invalid: it is not precommitted, and its aggregator is accused', () => {
    const { driven, complain, everybodyPrevotes, answer, first } = convinced()
    complain(first, 'q')
    const effects = answer('q', 'it differs from the mean')
    const accused = effects.find((effect) => effect.type === 'accuse')
    equal(accused?.type === 'accuse' && accused.peer, driven.leader(0))
    equal(accused?.type === 'accuse' && accused.module, 'q')
    ok(effects.some((effect) => effect.type === 'sign' && effect.draft.kind === 'complaint'))
    deepEqual(votesIn(everybodyPrevotes()), [])
  })

  it('costs one check, however many complain of the same module', () => {
    const { driven, complain, answer, first, second, third } = convinced()
    deepEqual(checksIn(complain(first, 'q')), ['q'])
    deepEqual(checksIn(complain(second, 'q')), [])
    answer('q', null)
    deepEqual(checksIn(complain(third, 'q')), [])
    equal(driven.state.local.complaints.length, 3)
    ok(driven.state.local.complaints.every(({ verdict }) => verdict === 'false'))
  })

  it('that was false is its author’s last of the round', () => {
    const { driven, complain, answer, first } = convinced()
    complain(first, 'module 0')
    answer('module 0', null)
    for (let at = 1; at < 1_000; at++) deepEqual(checksIn(complain(first, `module ${at}`)), [])
    equal(driven.state.local.complaints.length, 1)
  })

  it('that cannot be checked stops nobody from voting', () => {
    const { complain, everybodyPrevotes, answer, value, first } = convinced()
    complain(first, 'q')
    everybodyPrevotes()
    deepEqual(votesIn(answer('q', 'nobody has it', true)), [{ step: 'precommit', view: 0, value }])
  })

  it('waits for every module that is contested', () => {
    const { complain, everybodyPrevotes, answer, value, first, second } = convinced()
    complain(first, 'q')
    complain(second, 'v')
    everybodyPrevotes()
    deepEqual(votesIn(answer('q', null)), [])
    deepEqual(votesIn(answer('v', null)), [{ step: 'precommit', view: 0, value }])
  })
})
