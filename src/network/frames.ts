import type { Stream } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'

/** Whole messages over a stream, each after its length as a varint; lengths are checked before anything is read. */
export interface Frames {
  /** The next frame. Rejects when the stream ends, when the frame is too long, or when the signal aborts. */
  read(signal: AbortSignal): Promise<Uint8Array>
  /** Resolves once the connection can take more, so that a slow reader slows the writer. */
  write(frame: Uint8Array, signal: AbortSignal): Promise<void>
  /** Ends the writing side; what was written still arrives. */
  finish(signal: AbortSignal): Promise<void>
  abort(reason: string): void
}

export interface FrameLimits {
  readonly maxFrameBytes: number
  /** Frames that may wait unread; past that the stream is reset, as the muxer does not hold its peer back. */
  readonly maxUnread: number
}

const LENGTH_BYTES = 8

export function frames(stream: Stream, { maxFrameBytes, maxUnread }: FrameLimits): Frames {
  const maxBufferSize = (maxFrameBytes + LENGTH_BYTES) * maxUnread
  const prefixed = lpStream(stream, { maxDataLength: maxFrameBytes, maxBufferSize })
  return {
    read: async (signal) => (await prefixed.read({ signal })).subarray(),
    write: (frame, signal) => prefixed.write(frame, { signal }),
    finish: (signal) => stream.close({ signal }),
    abort: (reason) => stream.abort(new Error(reason)),
  }
}

/** Aborts with the caller's signal or after a time, whichever is first. */
export const deadline = (timeoutMs: number, signal?: AbortSignal): AbortSignal =>
  signal ? AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) : AbortSignal.timeout(timeoutMs)

/** What went wrong, as text for a peer or a person. */
export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
