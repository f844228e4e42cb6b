export const HANDSHAKE_PROTOCOL = '/flexswarm/handshake/1'
/** Version of everything that peers say to each other; both sides must have the same. */
export const PROTOCOL_VERSION = 1
export const NONCE_BYTES = 32
export const MAX_HANDSHAKE_FRAME_BYTES = 8 * 1024
export const MAX_ADDRESSES = 16
/** One stream opened by each side, and one for a second connection of a simultaneous dial. */
export const HANDSHAKE_STREAMS = { maxInboundStreams: 2, maxOutboundStreams: 2 }
