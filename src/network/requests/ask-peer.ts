import { encodeCanonical } from '../../base/canonical-cbor.ts'
import { accept, type Result, refuse } from '../../base/result.ts'
import { type Frames, reasonOf } from '../frames.ts'
import { CBOR_ROOM, MAX_ANSWER_BYTES, MAX_REQUEST_BYTES } from './constants.ts'
import { decodeAnswer } from './messages.ts'

/** Sends one request over a fresh stream and waits for its answer, of at most `maxBytes` besides its framing. */
export async function askPeer(
  connect: () => Promise<Frames>,
  name: string,
  body: Uint8Array,
  signal: AbortSignal,
  maxBytes = MAX_ANSWER_BYTES,
): Promise<Result<Uint8Array>> {
  const frame = encodeCanonical({ name, body })
  if (frame.length > MAX_REQUEST_BYTES) return refuse(`a request of ${frame.length} bytes is too long`)
  let wire: Frames | undefined
  try {
    wire = await connect()
    await wire.write(frame, signal)
    const answer = decodeAnswer(await wire.read(signal), maxBytes + CBOR_ROOM)
    await wire.finish(signal)
    if (!answer.ok) return refuse(`its answer is malformed: ${answer.reason}`)
    return 'body' in answer.value ? accept(answer.value.body) : refuse(answer.value.reason)
  } catch (error) {
    wire?.abort('the request is over')
    return refuse(reasonOf(error))
  }
}
