export const BLOB_PROTOCOL = '/flexswarm/blob/1'
/** Streams that one connection may have open at once. */
export const BLOB_STREAMS = { maxInboundStreams: 16, maxOutboundStreams: 16 }
/** Chunks that one pull has asked for and not yet received, from all its providers together. */
export const CHUNKS_IN_FLIGHT = 4
/** Providers that one pull draws from at once; the others wait in reserve. */
export const ACTIVE_PROVIDERS = 4
/** How often a provider may be lost before it is given up. One that lies gets no second try. */
export const ATTEMPTS = 2
/** How long a served peer may be idle before its stream is closed. */
export const SERVE_IDLE_MS = 60_000
/** How long a provider with nothing left to do waits before it is asked for what another is slow to deliver. */
export const STALL_MS = 1_000
