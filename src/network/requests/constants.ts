export const REQUEST_PROTOCOL = '/flexswarm/request/1'
/** Streams that one connection may have open at once. */
export const REQUEST_STREAMS = { maxInboundStreams: 16, maxOutboundStreams: 16 }
/** Longest request, its name and framing included. */
export const MAX_REQUEST_BYTES = 64 * 1024
/** Longest answer that is accepted unless the caller says otherwise. */
export const MAX_ANSWER_BYTES = 4 * 2 ** 20
/** Room in a frame for what surrounds its body. */
export const CBOR_ROOM = 1024
