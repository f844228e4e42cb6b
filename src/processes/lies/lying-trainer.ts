import type { TrainingLie } from '../../swarm/work/peer-work.ts'
import { spoilTraining } from '../../swarm/work/spoil-factors.ts'
import type { Peer } from './real-lies.ts'

/** It contributes spoiled factors. */
export const lyingTrainer =
  (lie: TrainingLie) =>
  ({ ports, work }: Peer): Peer => {
    const { trainer } = ports
    const train: typeof trainer.train = async (job) => {
      const trained = await trainer.train(job)
      return { ...trained, factors: spoilTraining(trained.factors, lie) }
    }
    return { ports: { ...ports, trainer: { ...trainer, train } }, work }
  }

/** It claims more samples than the charter lets anybody count. */
export const manySamples = ({ ports, work }: Peer): Peer => ({
  ports,
  work: {
    ...work,
    train: async (...given) => {
      const event = await work.train(...given)
      return event?.type === 'trained'
        ? { ...event, contribution: { ...event.contribution, samples: 2 ** 45 } }
        : event
    },
  },
})
