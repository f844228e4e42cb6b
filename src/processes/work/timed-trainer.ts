import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { Trainer } from '../../node/trainer.ts'

export interface TimedTrainerOptions {
  /** The shortest and the longest time that a round's training takes. */
  readonly trainMs: readonly [number, number]
  /** How many times as long it takes now. */
  readonly slowness: () => number
  readonly chance: Random
  readonly clock: Clock
}

/** A trainer that takes its time: as long as the swarm file says. */
export function timedTrainer(trainer: Trainer, options: TimedTrainerOptions): Trainer {
  const { trainMs, slowness, chance, clock } = options
  const [shortest, longest] = trainMs
  return {
    ...trainer,
    async train(job) {
      const forMs = slowness() * (shortest + chance.uniform() * (longest - shortest))
      await pause(clock, forMs, job.signal)
      return trainer.train(job)
    },
  }
}

/** A trainer that takes so many times as long as it would. */
export const slowedTrainer = (trainer: Trainer, slowness: () => number, clock: Clock): Trainer => ({
  ...trainer,
  async train(job) {
    const startMs = clock.nowMs()
    const trained = await trainer.train(job)
    await pause(clock, (slowness() - 1) * (clock.nowMs() - startMs), job.signal)
    return trained
  },
})

/** @throws `signal.reason` once aborted */
function pause(clock: Clock, forMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const giveUp = () => reject(signal.reason)
  const cancel = clock.after(forMs, resolve)
  signal.addEventListener('abort', giveUp, { once: true })
  if (signal.aborted) giveUp()
  return promise.finally(() => {
    cancel()
    signal.removeEventListener('abort', giveUp)
  })
}
