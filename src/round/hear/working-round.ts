import type { Message } from '../message/message.ts'

/** The round that a message's sender works on: a head says which one it has finished. */
export const workingRound = ({ kind, body }: Message): number =>
  kind === 'head' || kind === 'join' || kind === 'leave' ? body.round + 1 : body.round
