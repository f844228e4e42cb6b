/** How often an input is tried again while it is made shorter, and for how long. */
const MOST_TRIES = 1_500
const MOST_MS = 5_000

/** A shorter input that still fails: stretches are cut out, half the input first, single bytes last. */
export function shrink(bytes: Uint8Array, fails: (bytes: Uint8Array) => boolean): Uint8Array {
  let found = bytes
  let tries = 0
  const endMs = performance.now() + MOST_MS
  const goOn = () => tries < MOST_TRIES && performance.now() < endMs
  for (let size = Math.ceil(found.length / 2); size >= 1 && goOn(); size = Math.floor(size / 2)) {
    for (let at = 0; at < found.length && goOn(); tries++) {
      const shorter = Uint8Array.from([...found.subarray(0, at), ...found.subarray(at + size)])
      if (shorter.length < found.length && fails(shorter)) found = shorter
      else at += size
    }
  }
  return found
}
