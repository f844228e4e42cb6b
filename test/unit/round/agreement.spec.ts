import { deepEqual, equal, ok } from 'node:assert/strict'
import { recordId } from '../../../src/round/record/record-id.ts'
import { cid, collected, drafts, leadingFounder, votesIn } from './samples.ts'

const follower = () => collected(leadingFounder(false))
const accepts = (value: string) =>
  ({ type: 'verified', round: 1, value, module: null, refusal: null }) as const

/** A follower that has prevoted for the record of view 0, and the record. */
function prevoted() {
  const peer = follower()
  const record = peer.record(0)
  const value = recordId(record)
  peer.hears(peer.leader(0), peer.proposal(0, record))
  const said = peer.does(accepts(value))
  return { peer, record, value, said }
}

/** The same, locked on it by the prevotes of two others. */
function locked() {
  const { peer, record, value } = prevoted()
  const said = peer.others.slice(0, 2).flatMap((other) => peer.hears(other, peer.vote(0, 'prevote', value)))
  return { peer, record, value, said }
}

/** Precommits of the others for nil, then the deadline: the next view. */
function nextView(peer: ReturnType<typeof follower>) {
  const { view } = peer.state.agreement
  for (const other of peer.others) peer.hears(other, peer.vote(view, 'precommit', null))
  return peer.does({ type: 'timer', timer: { name: 'precommit', round: 1, view } })
}

describe('agreement, by the lines of the paper', () => {
  it('13–21: the proposer asks for a value and proposes it, the others wait for a while', () => {
    const leader = collected(leadingFounder(true))
    ok(leader.effects.some(({ type }) => type === 'aggregate'))
    ok(follower().effects.some((effect) => effect.type === 'timer' && effect.timer.name === 'propose'))
    const result = { global: leader.record(0).global, clipped: [], excluded: [], energyKept: {} }
    const said = leader.does({ type: 'aggregated', round: 1, view: 0, attempt: 1, result })
    deepEqual(
      drafts(said).map(({ kind }) => kind),
      ['proposal', 'vote'],
    )
  })

  it('22–24: a valid new proposal is prevoted, once it is known to be valid', () => {
    const peer = follower()
    const record = peer.record(0)
    const before = peer.hears(peer.leader(0), peer.proposal(0, record))
    deepEqual(votesIn(before), [])
    ok(before.some((effect) => effect.type === 'verify' && effect.value === recordId(record)))
    deepEqual(votesIn(peer.does(accepts(recordId(record)))), [
      { step: 'prevote', view: 0, value: recordId(record) },
    ])
  })

  it('26: an invalid one is answered with nil, and its aggregator is accused', () => {
    const peer = follower()
    const record = peer.record(0)
    const value = recordId(record)
    peer.hears(peer.leader(0), peer.proposal(0, record))
    const refusal = { reason: 'wrong', module: 'q_proj' }
    const said = peer.does({ type: 'verified', round: 1, value, module: null, refusal })
    deepEqual(votesIn(said), [{ step: 'prevote', view: 0, value: null }])
    ok(said.some((effect) => effect.type === 'accuse' && effect.peer === peer.leader(0)))
    ok(drafts(said).some((draft) => draft.kind === 'complaint' && draft.body.module === 'q_proj'))
  })

  it('26: one that cannot be checked is answered with nil, accuses nobody, and is checked again later', () => {
    const peer = follower()
    const record = peer.record(0)
    const value = recordId(record)
    peer.hears(peer.leader(0), peer.proposal(0, record))
    const refusal = { reason: 'nobody has the factors', module: null, unavailable: true }
    const said = peer.does({ type: 'verified', round: 1, value, module: null, refusal })
    deepEqual(votesIn(said), [{ step: 'prevote', view: 0, value: null }])
    equal(
      said.some(({ type }) => type === 'accuse'),
      false,
    )
    const later = peer.does({ type: 'timer', timer: { name: 'resend', round: 1, view: 0 } })
    ok(later.some((effect) => effect.type === 'verify' && effect.value === value))
    peer.does(accepts(value))
    for (const other of peer.others) peer.hears(other, peer.vote(0, 'prevote', value))
    deepEqual(peer.state.agreement.locked, { view: 0, value })
  })

  it('22: a proposal that is not from the proposer counts for nothing', () => {
    const peer = follower()
    const other = peer.others.find((name) => name !== peer.leader(0)) ?? ''
    deepEqual(votesIn(peer.hears(other, peer.proposal(0, peer.record(0)))), [])
    equal(peer.state.agreement.tallies.length, 0)
  })

  it('34–35: a quorum of any prevotes sets a deadline, once', () => {
    const { peer } = prevoted()
    const [one, two, three] = peer.others as [string, string, string]
    const timers = [
      peer.hears(one, peer.vote(0, 'prevote', null)),
      peer.hears(two, peer.vote(0, 'prevote', null)),
      peer.hears(three, peer.vote(0, 'prevote', null)),
    ].map((effects) => effects.some((effect) => effect.type === 'timer' && effect.timer.name === 'prevote'))
    deepEqual(timers, [false, true, false])
  })

  it('36–43: a quorum of prevotes locks the value, precommits it, and keeps the proof with the vote', () => {
    const { peer, value, said } = locked()
    deepEqual(votesIn(said), [{ step: 'precommit', view: 0, value }])
    deepEqual(peer.state.agreement.locked, { view: 0, value })
    deepEqual(peer.state.agreement.valid, { view: 0, value })
    const kept = said.find((effect) => effect.type === 'sign')?.proof
    equal(kept?.proposal.body.value, value)
    equal(kept?.prevotes.length, 3)
  })

  it('42–43: seen after the precommit, it is valid but not locked', () => {
    const { peer, value } = prevoted()
    peer.does({ type: 'timer', timer: { name: 'prevote', round: 1, view: 0 } })
    for (const other of peer.others.slice(0, 2)) peer.hears(other, peer.vote(0, 'prevote', value))
    equal(peer.state.agreement.locked, null)
    deepEqual(peer.state.agreement.valid, { view: 0, value })
  })

  it('44–46: a quorum of prevotes for nil is precommitted as nil', () => {
    const peer = follower()
    peer.does({ type: 'timer', timer: { name: 'propose', round: 1, view: 0 } })
    const said = peer.others.slice(0, 2).flatMap((other) => peer.hears(other, peer.vote(0, 'prevote', null)))
    deepEqual(votesIn(said), [{ step: 'precommit', view: 0, value: null }])
  })

  it('47–48 and 65–67: a quorum of any precommits sets a deadline, and then the next view begins', () => {
    const { peer, value } = prevoted()
    const said = peer.others.flatMap((other, at) =>
      peer.hears(other, peer.vote(0, 'precommit', at === 0 ? value : null)),
    )
    equal(said.filter((effect) => effect.type === 'timer' && effect.timer.name === 'precommit').length, 1)
    peer.does({ type: 'timer', timer: { name: 'precommit', round: 1, view: 0 } })
    equal(peer.state.agreement.view, 1)
    equal(peer.state.agreement.step, 'propose')
  })

  it('49–54: a quorum of precommits decides, keeps the record before anything else, and begins the next round', () => {
    const { peer, value } = locked()
    const said = peer.others
      .slice(0, 2)
      .flatMap((other) => peer.hears(other, peer.vote(0, 'precommit', value)))
    const kept = said.find((effect) => effect.type === 'keep')
    equal(kept?.certified.certificate.record, value)
    equal(kept?.certified.certificate.signatures.length, 3)
    equal(peer.state.round, 2)
    equal(peer.state.agreement.locked, null)
  })

  it('55–56: a message of a later view is enough to go there while nobody lies', () => {
    const peer = follower()
    peer.hears(peer.others[0] ?? '', peer.vote(3, 'prevote', null))
    equal(peer.state.agreement.view, 3)
  })

  it('55–56: while peers may lie, f+1 of them are needed', () => {
    const peer = collected(leadingFounder(false, { faults: 'byzantine' }))
    peer.hears(peer.others[0] ?? '', peer.vote(3, 'prevote', null))
    equal(peer.state.agreement.view, 0)
    peer.hears(peer.others[1] ?? '', peer.vote(2, 'prevote', null))
    equal(peer.state.agreement.view, 2)
  })

  it('57–60: without a proposal nil is prevoted; 61–64: without a quorum nil is precommitted', () => {
    const peer = follower()
    const nil = (step: string) => [{ step, view: 0, value: null }]
    deepEqual(
      votesIn(peer.does({ type: 'timer', timer: { name: 'propose', round: 1, view: 0 } })),
      nil('prevote'),
    )
    deepEqual(
      votesIn(peer.does({ type: 'timer', timer: { name: 'prevote', round: 1, view: 0 } })),
      nil('precommit'),
    )
  })

  it('deadlines of another view or round mean nothing', () => {
    const peer = follower()
    for (const timer of [
      { name: 'propose', round: 1, view: 1 },
      { name: 'propose', round: 2, view: 0 },
      { name: 'prevote', round: 1, view: 0 },
    ] as const)
      deepEqual(votesIn(peer.does({ type: 'timer', timer })), [])
  })
})

describe('a locked voter', () => {
  it('23, 26: prevotes nil for another value in a later view', () => {
    const { peer } = locked()
    nextView(peer)
    const other = peer.record(1, 'another mean')
    deepEqual(votesIn(peer.hears(peer.leader(1), peer.proposal(1, other))), [
      { step: 'prevote', view: 1, value: null },
    ])
  })

  it('28–30: prevotes another value that a later quorum has prevoted', () => {
    const { peer } = locked()
    nextView(peer)
    const record = peer.record(1, 'another mean')
    const value = recordId(record)
    nextView(peer)
    for (const other of peer.others) peer.hears(other, peer.vote(1, 'prevote', value))
    peer.hears(peer.leader(2), peer.proposal(2, record, 1))
    const said = peer.does(accepts(value))
    deepEqual(votesIn(said).at(0), { step: 'prevote', view: 2, value })
  })

  it('28: does not move for a proof of lock that it has not seen', () => {
    const { peer } = locked()
    nextView(peer)
    const record = peer.record(1, 'another mean')
    nextView(peer)
    peer.hears(peer.leader(2), peer.proposal(2, record, 1))
    deepEqual(votesIn(peer.does(accepts(recordId(record)))), [])
  })

  it('15–16: proposes the valid value again when its turn comes, with the view that proves it', () => {
    const { peer, value } = locked()
    const said = [0, 1, 2, 3].flatMap(() => (peer.leader() === peer.state.self ? [] : nextView(peer)))
    const [proposal] = drafts(said).filter((draft) => draft.kind === 'proposal')
    equal(proposal?.body.value, value)
    equal(proposal?.kind === 'proposal' ? proposal.body.validView : null, 0)
  })
})

describe('what a voter will not do', () => {
  it('take two votes of one peer for the votes of two; it accuses that peer, once', () => {
    const { peer, value } = prevoted()
    const [liar] = peer.others as [string]
    const votes = [null, value, null, value, cid('x')]
    const said = votes.flatMap((vote) => peer.hears(liar, peer.vote(0, 'prevote', vote)))
    const accusations = said.filter((effect) => effect.type === 'accuse' && effect.peer === liar)
    equal(accusations.length, 1)
    equal(peer.state.agreement.locked, null)
  })

  it('miss a quorum because a liar in it told it something else before', () => {
    const { peer, value } = prevoted()
    const [liar, honest] = peer.others as [string, string]
    peer.hears(liar, peer.vote(0, 'prevote', null))
    peer.hears(honest, peer.vote(0, 'prevote', value))
    peer.hears(liar, peer.vote(0, 'prevote', value))
    deepEqual(peer.state.agreement.locked, { view: 0, value })
  })

  it('let a liar crowd out its own vote for a value that others support', () => {
    const { peer, value } = prevoted()
    const [liar, honest] = peer.others as [string, string]
    for (let at = 0; at < 50; at++) peer.hears(liar, peer.vote(0, 'prevote', cid(`garbage ${at}`)))
    ok((peer.state.agreement.tallies[0]?.more.length ?? 99) <= 3)
    peer.hears(honest, peer.vote(0, 'prevote', value))
    peer.hears(liar, peer.vote(0, 'prevote', value))
    deepEqual(peer.state.agreement.locked, { view: 0, value })
  })

  it('count votes of peers that do not vote', () => {
    const { peer, value } = prevoted()
    for (const stranger of ['eve', 'fay', 'gus']) peer.hears(stranger, peer.vote(0, 'precommit', value))
    equal(peer.state.round, 1)
  })

  it('keep votes of views that are far away', () => {
    const peer = collected(leadingFounder(false, { faults: 'byzantine' }))
    for (let view = 1; view < 1_000; view++)
      peer.hears(peer.others[0] ?? '', peer.vote(view, 'prevote', null))
    ok(peer.state.agreement.tallies.length <= 17)
  })

  it('keep more than two proposals of a view', () => {
    const peer = follower()
    const leader = peer.leader(0)
    for (let at = 0; at < 20; at++) peer.hears(leader, peer.proposal(0, peer.record(0, `mean ${at}`)))
    equal(peer.state.agreement.tallies[0]?.proposals.length, 2)
    ok(peer.effects.some((effect) => effect.type === 'accuse' && effect.peer === leader))
  })

  it('stand by a record that a complaint has shown to be wrong', () => {
    const { peer, value } = prevoted()
    const { federation, round } = peer.state
    const [complainer] = peer.others as [string]
    const body = { federation, round, value, module: 'k_proj', reason: 'it differs' }
    const asked = peer.hears(complainer, { kind: 'complaint', body })
    ok(asked.some((effect) => effect.type === 'verify' && effect.module === 'k_proj'))
    const refusal = { reason: 'it differs', module: 'k_proj' }
    peer.does({ type: 'verified', round, value, module: 'k_proj', refusal })
    for (const other of peer.others) peer.hears(other, peer.vote(0, 'prevote', value))
    equal(peer.state.agreement.locked, null)
  })
})
