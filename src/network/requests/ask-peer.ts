import { encodeCanonical } from '../../base/canonical-cbor.ts'
import { decodeStrict } from '../../base/decode-strict.ts'
import { accept, type Result, refuse } from '../../base/result.ts'
import { type Frames, reasonOf } from '../frames.ts'
import { MAX_REQUEST_BYTES } from './constants.ts'
import { ANSWER, BOUNDS } from './messages.ts'

/** Sends one request over a fresh stream and waits for its answer. */
export async function askPeer(
  connect: () => Promise<Frames>,
  name: string,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<Result<Uint8Array>> {
  const frame = encodeCanonical({ name, body })
  if (frame.length > MAX_REQUEST_BYTES) return refuse(`a request of ${frame.length} bytes is too long`)
  let wire: Frames | undefined
  try {
    wire = await connect()
    await wire.write(frame, signal)
    const answer = decodeStrict(await wire.read(signal), ANSWER, BOUNDS)
    await wire.finish(signal)
    if (!answer.ok) return refuse(`its answer is malformed: ${answer.reason}`)
    return 'body' in answer.value ? accept(answer.value.body) : refuse(answer.value.reason)
  } catch (error) {
    wire?.abort('the request is over')
    return refuse(reasonOf(error))
  }
}
