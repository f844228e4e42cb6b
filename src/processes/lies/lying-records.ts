import { type Result, refuse } from '../../base/result.ts'
import { decodeRecordsAnswer, encodeRecordsAnswer } from '../../node/record-messages.ts'
import type { SignedProposal } from '../../round/message/proposal.ts'
import { signedBytes } from '../../round/message/seal.ts'
import { decodeCertifiedRecord, encodeCertifiedRecord } from '../../round/record/record-codec.ts'
import { forgedRecord, inOthersNames, outOfTurn } from '../../swarm/lies/forger.ts'
import { REMEMBERED } from '../../swarm/lies/replayer.ts'
import { gossiped, saysBesides, saysInstead, withNetwork } from './liars-speech.ts'
import type { Peer } from './real-lies.ts'

/** Speaks in others' names, proposes when it is not its turn, and serves records that nobody certified. */
export function forges(peer: Peer): Peer {
  const { network, charter } = peer.ports
  let heard: SignedProposal | undefined
  const listening = saysBesides(peer, async ({ message }) => {
    if (message.kind === 'proposal') heard = message
  })
  const speaking = saysInstead(listening, async ({ message, payload }, { self, publish, say }) => {
    if (message.peer === self) {
      for (const other of inOthersNames(message, network.peers())) await publish(gossiped(other))
      for (const draft of outOfTurn(message, heard)) await say(draft)
    }
    await publish(payload)
  })
  return servesInstead(speaking, (records) =>
    records.flatMap((bytes) => {
      const record = decodeCertifiedRecord(bytes, charter.maxPeers)
      if (!record.ok) return []
      const forged = forgedRecord(record.value, network.peerId, (draft) =>
        network.sign(draft.kind, signedBytes(draft)),
      )
      return [encodeCertifiedRecord(forged)]
    }),
  )
}

/** Says again what others said long ago, and serves only its oldest records. */
export function replays(peer: Peer): Peer {
  const old: Uint8Array[] = []
  const listening = saysBesides(peer, async ({ payload }) => {
    if (old.length < REMEMBERED) old.push(payload)
  })
  const speaking = saysInstead(listening, async ({ message, payload }, { publish }) => {
    const again = old[(message.signature[0] ?? 0) % Math.max(1, old.length)]
    if (again !== undefined) await publish(again)
    await publish(payload)
  })
  return servesInstead(speaking, (records) => records.slice(0, 1))
}

/** A peer that serves other records to those who catch up than it would. */
function servesInstead(peer: Peer, other: (records: readonly Uint8Array[]) => readonly Uint8Array[]): Peer {
  const { network } = peer.ports
  const alter = (answer: Uint8Array): Result<Uint8Array> => {
    const records = decodeRecordsAnswer(answer)
    return records.ok
      ? { ok: true, value: encodeRecordsAnswer(other(records.value)) }
      : refuse(records.reason)
  }
  return withNetwork(peer, {
    onRequest: (name, handler) =>
      network.onRequest(name, async (from, body) => {
        const answer = await handler(from, body)
        return answer.ok && name === 'records' ? alter(answer.value) : answer
      }),
  })
}
