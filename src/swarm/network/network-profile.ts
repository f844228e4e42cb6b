/** How a simulated network treats what is sent. */
export interface NetworkProfile {
  /** One way, for each message anew: messages overtake each other within these bounds. */
  readonly minLatencyMs: number
  readonly maxLatencyMs: number
  /** Of each peer's connection, in each direction. */
  readonly bytesPerMs: number
  /** Share of messages that never arrive. */
  readonly loss: number
  /** Share of messages that arrive twice. */
  readonly duplication: number
}

/** A wired local network. */
export const QUIET_NETWORK: NetworkProfile = {
  minLatencyMs: 1,
  maxLatencyMs: 10,
  bytesPerMs: 10_000,
  loss: 0,
  duplication: 0,
}

/** Profiles that swarm files may name. */
export const NETWORK_PROFILES: Readonly<Record<'lan' | 'home' | 'mobile', NetworkProfile>> = {
  lan: QUIET_NETWORK,
  home: { minLatencyMs: 15, maxLatencyMs: 80, bytesPerMs: 1_250, loss: 0.002, duplication: 0.002 },
  mobile: { minLatencyMs: 40, maxLatencyMs: 400, bytesPerMs: 250, loss: 0.03, duplication: 0.01 },
}

/** The most that is lost when a script's troubles are over: nobody could be sure to finish otherwise. */
const CALM_LOSS = 0.05

/** A network from then on. */
export const calmed = (profile: NetworkProfile): NetworkProfile => ({
  ...profile,
  loss: Math.min(profile.loss, CALM_LOSS),
})
