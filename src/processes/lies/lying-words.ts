import { randomBytes } from 'node:crypto'
import type { Draft, Message, MessageKind } from '../../round/message/message.ts'
import { complaintsAbout } from '../../swarm/lies/false-complaints.ts'
import { yesTo } from '../../swarm/lies/yes-sayer.ts'
import { saysBesides, saysInstead } from './liars-speech.ts'
import { believe } from './lying-aggregates.ts'
import type { Peer } from './real-lies.ts'

type Proposal = Extract<Message, { kind: 'proposal' }>

/** It keeps quiet. */
export const mute = (about: readonly MessageKind[] | 'everything') => (peer: Peer) =>
  saysInstead(peer, async ({ message, payload }, { publish }) => {
    if (about !== 'everything' && !about.includes(message.kind)) await publish(payload)
  })

/** It votes for a record and for nil. */
export const votesTwice = (peer: Peer): Peer =>
  saysInstead(peer, async ({ message, payload }, { self, publish, say }) => {
    await publish(payload)
    if (message.kind !== 'vote' || message.peer !== self || message.body.value === null) return
    await say({ kind: 'vote', body: { ...message.body, value: null } })
  })

/** Before everything it says, bytes that mean nothing. */
export const garbageFirst = (peer: Peer): Peer =>
  saysInstead(peer, async ({ payload }, { publish }) => {
    await publish(randomBytes(1 + Math.floor(payload.length / 2)))
    await publish(payload)
  })

/** As an aggregator it proposes another record than the one that it made, and takes every record for valid. */
export const proposesInstead = (other: (proposal: Proposal) => Draft) => (peer: Peer) => {
  const liar = saysInstead(peer, async ({ message, payload, attachment }, { self, publish, say }) => {
    if (message.kind !== 'proposal' || message.peer !== self || message.body.validView >= 0)
      return publish(payload)
    await say(other(message), attachment)
  })
  return { ...liar, work: { ...liar.work, verify: believe } }
}

/** It votes for every proposal the moment it hears of it, and never otherwise. */
export function saysYes(peer: Peer): Peer {
  const eager = saysBesides(peer, async ({ message }, { say }) => {
    for (const vote of yesTo(message)) await say(vote)
  })
  const liar = saysInstead(eager, async ({ message, payload }, { self, publish }) => {
    if (message.kind !== 'vote' || message.peer !== self) await publish(payload)
  })
  return { ...liar, work: { ...liar.work, verify: believe } }
}

/** Complains of every record that it hears of, once. */
export function complainsOfAll(peer: Peer): Peer {
  const heard = new Set<string>()
  return saysBesides(peer, async ({ message }, { say }) => {
    const complaints = complaintsAbout(message)
    const [first] = complaints
    if (first?.kind !== 'complaint' || heard.has(first.body.value)) return
    heard.add(first.body.value)
    for (const complaint of complaints) await say(complaint)
  })
}
