/**
 * The printable letter that stands for each byte in a byte-level vocabulary (GPT-2, encoder.py,
 * `bytes_to_unicode`): printable bytes stand for themselves, the others are moved past U+0100.
 */
export const BYTE_LETTERS: readonly string[] = byteLetters()

/** A text as a byte-level tokenizer writes it: one letter a byte, so that a space becomes Ġ. */
export const toByteLetters = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => BYTE_LETTERS[byte]).join('')

function byteLetters(): string[] {
  let moved = 0
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(isPrintable(byte) ? byte : 256 + moved++),
  )
}

function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff)
}
