/** Five megabytes, the same in every process. */
export const sampleBlob = (): Uint8Array =>
  new Uint8Array(5_000_017).map((_, at) => (at * 2_654_435_761) >>> 24)
