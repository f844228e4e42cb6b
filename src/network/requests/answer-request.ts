import { encodeCanonical } from '../../base/canonical-cbor.ts'
import { type Result, refuse } from '../../base/result.ts'
import { deadline, type Frames, reasonOf } from '../frames.ts'
import type { RequestHandler } from '../network.ts'
import { decodeRequest } from './messages.ts'

const MAX_REASON_LENGTH = 200

/** Reads one request, has it answered, sends the answer. A request that is malformed resets the stream. */
export async function answerRequest(
  wire: Frames,
  from: string,
  handlers: ReadonlyMap<string, RequestHandler>,
  timeoutMs: number,
): Promise<void> {
  try {
    const request = decodeRequest(await wire.read(deadline(timeoutMs)))
    if (!request.ok) return wire.abort(`not a request: ${request.reason}`)
    const { name, body } = request.value
    const handler = handlers.get(name)
    const answer = handler ? await answered(handler, from, body) : refuse(`nobody answers "${name}" here`)
    const frame = answer.ok ? { body: answer.value } : { reason: answer.reason.slice(0, MAX_REASON_LENGTH) }
    await wire.write(encodeCanonical(frame), deadline(timeoutMs))
    await wire.finish(deadline(timeoutMs))
  } catch {
    wire.abort('the asker went away')
  }
}

/** A handler that fails is this peer's fault: the asker is told so. */
async function answered(
  handler: RequestHandler,
  from: string,
  body: Uint8Array,
): Promise<Result<Uint8Array>> {
  try {
    return await handler(from, body)
  } catch (error) {
    return refuse(`the answer failed: ${reasonOf(error)}`)
  }
}
