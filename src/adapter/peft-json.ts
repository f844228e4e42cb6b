import { InvalidAdapterError } from './adapter-errors.ts'

/** Longest `adapter_config.json` that is read; one that lists the rank of a thousand modules has some 100 KiB. */
export const MAX_CONFIG_BYTES = 1024 * 1024

/** The text of an `adapter_config.json` as an object; nothing in it is believed yet. Throws `InvalidAdapterError`. */
export function parsePeftJson(text: string, directory: string): Readonly<Record<string, unknown>> {
  if (text.length > MAX_CONFIG_BYTES)
    throw new InvalidAdapterError(directory, `adapter_config.json is longer than ${MAX_CONFIG_BYTES} bytes`)
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json === 'object' && json !== null && !Array.isArray(json))
      return json as Record<string, unknown>
  } catch {
    // Said below.
  }
  throw new InvalidAdapterError(directory, 'adapter_config.json is not a JSON object')
}
