import type { Effect } from '../round/effect.ts'
import type { Event } from '../round/event.ts'
import { resumeMachine } from '../round/resume-machine.ts'
import { peersOf } from '../round/roster/roster.ts'
import { step } from '../round/step.ts'
import type { Step } from '../round/transition.ts'
import { openBodies } from './bodies.ts'
import { checkCharter } from './check-charter.ts'
import { carryOutAccuse } from './effects/accuse.ts'
import { carryOutSign } from './effects/sign.ts'
import { forgetBodies } from './forget-bodies.ts'
import { hearGossip, sayTo, sayToAll } from './gossip.ts'
import { keepFederation } from './keep-federation.ts'
import { keepRecord, keptLineage } from './keep-record.ts'
import { openLongMessages } from './long-messages.ts'
import { serveModuleLists } from './module-list.ts'
import { ownMessages } from './own-messages.ts'
import type { PeerContext, PeerPorts } from './peer-context.ts'
import { type PeerWork, peerWork } from './peer-work.ts'
import { watchReach } from './reach.ts'
import { carryOutFetchRecords, serveRecords } from './record-exchange.ts'
import { showProgress } from './show-progress.ts'
import { type SignatureCheck, signatureCheck } from './signature-check.ts'
import { roundTimers } from './timers.ts'

/** How long a finished peer waits for those who have not finished: one of them may be dead. */
const LINGER_MS = 8_000

/** Under `continue` they may be a side that has rounds of its own, and knows of this one only once the network is whole. */
const lingerMs = ({ partition, deadlines }: PeerContext['charter']): number =>
  partition === 'continue' ? Math.max(LINGER_MS, deadlines.hardMs) : LINGER_MS

/** A peer at work. */
export interface RunningPeer {
  /** Settles when all rounds are done and nobody needs this peer any more; rejects where its own code failed. */
  readonly done: Promise<void>
  /** Says to the others that this peer leaves. */
  leave(): void
  /** Stops at once; what is on disk lets a later start resume. */
  stop(): void
}

/**
 * One peer: feeds the round machine with what happens and carries out what it wants, through the context's ports.
 * A directory with certified records resumes after the newest of them.
 *
 * @param work how the machine's work is done; default: honestly
 * @throws {CharterRefusedError} where the charter's strategy cannot meet the charter
 * @throws {OtherFederationError} where the directory belongs to another federation
 */
export function startPeer(ports: PeerPorts, work: PeerWork = peerWork): RunningPeer {
  const { charter, network, store, clock } = ports
  checkCharter(charter)
  keepFederation(store, charter, ports.modules)
  const check = signatureCheck(network)
  const stopped = new AbortController()
  const { maxBytes } = charter.contributions
  const context: PeerContext = {
    ...ports,
    bodies: openBodies({ network, store, maxBytes, signal: stopped.signal }),
  }
  const long = openLongMessages({ network, charter, signal: stopped.signal })
  const { promise: done, resolve, reject } = Promise.withResolvers<void>()
  const queue: Event[] = []
  // Nothing is stepped before the first effects are under way.
  let busy = true
  let stopLingering = () => {}
  let training: { round: number; abort: AbortController } | null = null

  const now = () => Math.floor(clock.nowMs())
  const timers = roundTimers(clock, (timer) => dispatch({ type: 'timer', timer }))
  let unwatch = () => {}

  let { state, effects } = begin(context, now(), check)

  function dispatch(event: Event): void {
    if (stopped.signal.aborted) return
    queue.push(event)
    drain()
  }

  function drain(): void {
    if (busy) return
    busy = true
    try {
      for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
        const next = step(state, event, now())
        state = next.state
        for (const effect of next.effects) carryOut(effect)
        // Who was finished may have something to do again: another lineage stands, or is to be merged.
        if (state.finished === null) stopLingering()
      }
    } catch (error) {
      end(() => reject(error))
    } finally {
      busy = false
    }
  }

  /** An effect's answer comes back as an event; a failure that no carrier foresaw ends the peer. */
  function answer(carriedOut: Promise<Event | null>): void {
    carriedOut.then(
      (event) => event !== null && dispatch(event),
      (error: unknown) => end(() => reject(error)),
    )
  }

  function carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'train': {
        training?.abort.abort()
        training = { round: effect.round, abort: new AbortController() }
        const signal = AbortSignal.any([stopped.signal, training.abort.signal])
        answer(work.train(context, effect, signal))
        return
      }
      case 'stop-training':
        if (training?.round === effect.round) training.abort.abort()
        return
      case 'sign':
        queue.push(carryOutSign(context, effect))
        return
      case 'broadcast':
        if (effect.to === undefined) void sayToAll({ ...context, long }, effect.message)
        else void sayTo({ ...context, long }, effect.message, effect.to)
        return
      case 'timer':
        timers.set(effect.timer, effect.atMs)
        return
      case 'prefetch': {
        const { peer, body } = effect.announcement
        void context.bodies.fetch({ body: body.body, size: body.size, providers: [peer] })
        return
      }
      case 'aggregate':
        answer(work.aggregate(context, effect, stopped.signal))
        return
      case 'verify':
        answer(work.verify(context, effect, stopped.signal))
        return
      case 'keep':
        keepRecord(store, effect.certified, effect.replaces)
        forget()
        return
      case 'adopt':
        answer(work.adopt(context, effect, stopped.signal))
        return
      case 'fetch-records':
        answer(carryOutFetchRecords(context, effect, check, dispatch))
        return
      case 'accuse':
        answer(carryOutAccuse(context, effect))
        return
      case 'progress':
        showProgress(context, effect.progress)
        return
      case 'finished':
        context.emit({
          type: 'phase',
          round: charter.rounds,
          phase: 'finished',
          detail: 'serving the others',
        })
        stopLingering()
        stopLingering = clock.after(lingerMs(charter), () => end(resolve))
        return
      case 'released':
        end(resolve)
        return
    }
  }

  /** Disk that is not freed is no reason to stop. */
  function forget(): void {
    if (ports.keepRounds === undefined) return
    forgetBodies(store, ports.keepRounds, charter.maxPeers).catch((error: unknown) =>
      ports.log('warn', `factors of old rounds were not deleted: ${String(error)}`),
    )
  }

  function end(settle: () => void): void {
    if (stopped.signal.aborted) return
    stopped.abort(new Error('the peer has stopped'))
    timers.stop()
    stopLingering()
    unwatch()
    settle()
  }

  serveRecords(context)
  serveModuleLists(context)
  network.serveBlobs(async (cid) => long.open(cid) ?? store.openBlob(cid))
  const reach = watchReach({ network, clock, charter, roster: () => peersOf(state.roster), tell: dispatch })
  unwatch = reach.stop
  hearGossip({ ...context, long, check }, (message, from) => {
    reach.heard(from)
    dispatch({ type: 'message', message })
  })
  for (const effect of effects) carryOut(effect)
  busy = false
  drain()

  return {
    done,
    leave: () => dispatch({ type: 'leave' }),
    stop: () => end(resolve),
  }
}

/** A fresh peer starts with round 1 or asks to join; one that was here before goes on after its newest record. */
function begin(
  { charter, network, store, invite = null }: PeerContext,
  nowMs: number,
  signaturesHold: SignatureCheck,
): Step {
  const { newest, history } = keptLineage(store, charter)
  const own = ownMessages(store, (newest?.record.round ?? 0) + 1, charter.maxPeers, signaturesHold)
  return resumeMachine({ charter, self: network.peerId, nowMs, newest, history, own, invite })
}
