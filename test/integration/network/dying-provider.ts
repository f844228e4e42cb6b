import { blobCid, memoryBlob } from '../../../src/base/blob.ts'
import { createIdentity } from '../../../src/network/identity.ts'
import { openNetwork } from '../../../src/network/open-network.ts'
import { FEDERATION } from './loopback.ts'
import { sampleBlob } from './sample-blob.ts'

// A peer in a process of its own that offers a blob and is killed when it is asked for a second chunk.
const network = await openNetwork({
  identity: createIdentity(),
  federation: FEDERATION,
  listen: ['/ip4/127.0.0.1/tcp/0'],
})
const blob = sampleBlob()
const whole = memoryBlob(blob)
let served = 0
network.serveBlobs(async (cid) =>
  cid === blobCid(blob)
    ? {
        ...whole,
        readChunk: (index) => {
          if (++served === 2) process.kill(process.pid, 'SIGKILL')
          return whole.readChunk(index)
        },
      }
    : undefined,
)
process.stdout.write(network.addresses()[0] as string)
