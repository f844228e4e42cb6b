import type { Decoder } from '../decoder.ts'
import { fileDecoders } from './file-decoders.ts'
import { moduleListDecoders } from './module-list-decoders.ts'
import { networkDecoders } from './network-decoders.ts'
import { roundDecoders } from './round-decoders.ts'

/** Every way by which bytes or text from outside become values. */
export const allDecoders: readonly Decoder[] = [
  ...networkDecoders,
  ...roundDecoders,
  ...moduleListDecoders,
  ...fileDecoders,
]
