import type { Event } from '../../round/event.ts'
import { falseComplaints } from './false-complaints.ts'
import { falseProof } from './false-proof.ts'
import { falseWeights } from './false-weights.ts'
import { forger } from './forger.ts'
import { garbage } from './garbage.ts'
import type { Lie, LieName } from './lie.ts'
import { replayer } from './replayer.ts'
import { swappedOrder } from './swapped-order.ts'
import { twoFaced } from './two-faced.ts'
import { yesSayer } from './yes-sayer.ts'

const LIES: Readonly<Record<LieName, Lie>> = {
  'wrong-sum': { name: 'wrong-sum', aggregate: 'wrong-sum', believes: true },
  'dropped-contribution': {
    name: 'dropped-contribution',
    aggregate: 'dropped-contribution',
    believes: true,
  },
  'dropped-direction': { name: 'dropped-direction', aggregate: 'dropped-direction', believes: true },
  'nan-factors': { name: 'nan-factors', training: 'nan' },
  'scaled-factors': { name: 'scaled-factors', training: 'scaled' },
  'flipped-factors': { name: 'flipped-factors', training: 'flipped' },
  'false-samples': { name: 'false-samples', answers: withFalseSamples },
  'false-weights': falseWeights,
  'false-proof': falseProof,
  'two-faced': twoFaced,
  'yes-sayer': yesSayer,
  forger,
  replayer,
  garbage,
  'mute-voter': {
    name: 'mute-voter',
    says: (_liar, _to, message) => (message.kind === 'vote' ? [] : [message]),
  },
  'mute-aggregator': {
    name: 'mute-aggregator',
    says: (_liar, _to, message) => (message.kind === 'proposal' ? [] : [message]),
  },
  mute: { name: 'mute', says: () => [] },
  'swapped-directions': { name: 'swapped-directions', aggregate: 'swapped-directions', believes: true },
  'one-module': { name: 'one-module', aggregate: 'one-module', believes: true },
  'swapped-order': swappedOrder,
  'false-complaints': falseComplaints,
}

export const LIE_NAMES = Object.keys(LIES) as readonly LieName[]

export const lieOf = (name: LieName | null): Lie | null => (name === null ? null : LIES[name])

/** Claims more samples than the charter lets anybody count. */
function withFalseSamples(event: Event): Event {
  if (event.type !== 'trained') return event
  return { ...event, contribution: { ...event.contribution, samples: 2 ** 45 } }
}
