import type { BlobReader } from '../base/blob.ts'
import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import type { Network, NetworkMessage, Verdict } from '../network/network.ts'
import type { NetworkProfile } from '../swarm/network/network-profile.ts'
import { networkWith } from './network-with.ts'

export interface ImitationTerms {
  /** As it is now: when the script's troubles are over less is lost. */
  readonly profile: () => NetworkProfile
  /** Of the script's seed. */
  readonly chance: Random
  readonly clock: Clock
}

/**
 * A slower and worse network in front of the real one, as the simulator has it. Each gossiped message waits, may be
 * lost or come twice, and what waits may be overtaken; questions and pulls take their way there and back. They travel
 * in streams, where TCP sends again what is lost, so nothing of them is ever missing. Bodies share a peer's connection,
 * in each direction by themselves. Connections, handshakes and gossip's own bookkeeping stay those of this machine.
 */
export function imitatedNetwork(network: Network, { profile, chance, clock }: ImitationTerms): Network {
  const up = lane(clock)
  const down = lane(clock)

  const happens = (share: number) => share > 0 && chance.uniform() < share
  const latencyMs = () => {
    const { minLatencyMs, maxLatencyMs } = profile()
    return minLatencyMs + chance.uniform() * (maxLatencyMs - minLatencyMs)
  }
  const takesMs = (bytes: number) => bytes / profile().bytesPerMs

  async function arrive(
    message: NetworkMessage,
    handler: (message: NetworkMessage) => Verdict | Promise<Verdict>,
  ): Promise<Verdict> {
    await wait(clock, latencyMs() + takesMs(message.payload.length))
    return handler(message)
  }

  return networkWith(network, {
    onMessage: (handler) =>
      network.onMessage(async (message) => {
        // What nobody has judged is not handed on either: to those behind this peer it is lost with it.
        if (happens(profile().loss)) return 'ignore'
        if (happens(profile().duplication)) void arrive(message, handler).catch(() => {})
        return arrive(message, handler)
      }),
    request: async (...asked) => {
      await wait(clock, latencyMs())
      const answer = await network.request(...asked)
      await wait(clock, latencyMs() + (answer.ok ? takesMs(answer.value.length) : 0))
      return answer
    },
    pull: async (cid, options) => {
      await wait(clock, latencyMs(), options.signal)
      const through = down.enter(takesMs(options.range?.length ?? options.size))
      const pulled = await network.pull(cid, options)
      if (pulled.ok) await through(options.signal)
      await wait(clock, latencyMs(), options.signal)
      return pulled
    },
    serveBlobs: (lookup) =>
      network.serveBlobs(async (cid) => {
        const reader = await lookup(cid)
        return reader === undefined ? undefined : slowly(reader, (bytes) => up.enter(takesMs(bytes))())
      }),
  })
}

/** A reader whose chunks have to go through the connection first. */
const slowly = (reader: BlobReader, through: (bytes: number) => Promise<void>): BlobReader => ({
  manifest: reader.manifest,
  readChunk: async (index) => {
    const chunk = await reader.readChunk(index)
    await through(chunk.length)
    return chunk
  },
})

/** One direction of a connection: what enters it is through when everything before it is, and it itself. */
function lane(clock: Clock) {
  let freeAtMs = 0
  return {
    enter(takesMs: number): (signal?: AbortSignal) => Promise<void> {
      freeAtMs = Math.max(freeAtMs, clock.nowMs()) + takesMs
      const throughAtMs = freeAtMs
      return (signal) => wait(clock, throughAtMs - clock.nowMs(), signal)
    },
  }
}

/** Resolves after the time, or at once when called off. */
function wait(clock: Clock, forMs: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const cancel = clock.after(Math.max(0, forMs), resolve)
  signal?.addEventListener('abort', () => resolve(), { once: true })
  if (signal?.aborted === true) resolve()
  return promise.finally(cancel)
}
