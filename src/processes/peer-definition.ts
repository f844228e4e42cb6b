import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { FlexswarmError } from '../base/flexswarm-error.ts'
import { charterSchema } from '../round/charter/charter.ts'
import { REAL_LIES } from './lies/real-lies.ts'

const milliseconds = z.number().min(0)

const rank = z.number().int().positive()

/** `none`: factors drawn from the seed; `toy`: a federated regression whose optimum is known. */
const smallWorkSchema = <Training extends 'none' | 'toy'>(training: Training) =>
  z.strictObject({
    training: z.literal(training),
    rank,
    samples: z.number().int().positive(),
    /** How long training takes, drawn anew in every round. */
    trainMs: z.tuple([milliseconds, milliseconds]),
  })

/** What is imitated in front of the loopback interface: a `NetworkProfile`. */
const networkSchema = z.strictObject({
  minLatencyMs: milliseconds,
  maxLatencyMs: milliseconds,
  bytesPerMs: z.number().positive(),
  loss: z.number().min(0).max(1),
  duplication: z.number().min(0).max(1),
})

/** The real engine, on one thread. */
const exactWorkSchema = z.strictObject({
  training: z.literal('exact'),
  rank,
  model: z.string(),
  data: z.array(z.string()).min(1),
})

const schema = z.strictObject({
  name: z.string().min(1),
  /** Its key, records and factors. */
  directory: z.string(),
  listen: z.array(z.string()),
  bootstrap: z.array(z.string()),
  charter: charterSchema,
  network: networkSchema,
  work: z.discriminatedUnion('training', [smallWorkSchema('none'), smallWorkSchema('toy'), exactWorkSchema]),
  /** How it lies. */
  lie: z.enum(REAL_LIES).nullable(),
  /** Moments of its turns as aggregator at which it asks its runner whether it may live on. */
  asks: z.array(z.enum(['before', 'during', 'after'])),
  /** Ids of those who have its proposal when it dies during its sending: every other peer. */
  firstHalf: z.array(z.string()),
})

/** A peer of a swarm of processes, as its runner writes it for it. Nothing else than a swarm's runner starts one. */
export type PeerDefinition = z.output<typeof schema>

/** A definition that is not one: it was not written by this version's runner. */
class PeerDefinitionError extends FlexswarmError<'SWARM_PEER_DEFINITION', { file: string }> {
  constructor(file: string, why: string) {
    super(
      'SWARM_PEER_DEFINITION',
      `${file} does not define a peer of a swarm: ${why}`,
      'Let `flexswarm swarm FILE --real` write it and start it.',
      { file },
    )
  }
}

/** @throws {PeerDefinitionError} */
export function readPeerDefinition(file: string): PeerDefinition {
  const parsed = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new PeerDefinitionError(file, `${issue?.path.join('.')}: ${issue?.message}`)
}

export type SmallWork = Exclude<PeerDefinition['work'], { training: 'exact' }>
export type ExactWork = Extract<PeerDefinition['work'], { training: 'exact' }>
