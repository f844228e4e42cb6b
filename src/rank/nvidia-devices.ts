/** One line of `nvidia-smi --query-gpu=index,uuid,name,memory.total,memory.free`. */
export interface NvidiaGpu {
  readonly index: number
  readonly uuid: string
  readonly name: string
  /** Undefined where the driver says [N/A], as it does where the GPU has no memory of its own. */
  readonly totalBytes: number | undefined
  readonly freeBytes: number | undefined
}

/** One line of `nvidia-smi -L` that starts with MIG: a slice of a GPU. */
export interface MigDevice {
  readonly gpuUuid: string
  /** Its number on its GPU. */
  readonly index: number
  readonly uuid: string
  /** Its profile, such as `3g.20gb`. */
  readonly profile: string
}

const MIB = 2 ** 20

const mebibytes = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) * MIB : undefined

/** The GPUs of a `--format=csv,noheader,nounits` list. Lines that are no GPU (errors) are passed over. */
export function parseGpus(csv: string): NvidiaGpu[] {
  const gpus: NvidiaGpu[] = []
  for (const line of csv.split('\n')) {
    const fields = line.split(',').map((field) => field.trim())
    const [index, uuid] = fields
    if (index === undefined || !/^\d+$/.test(index) || uuid === undefined || fields.length < 5) continue
    gpus.push({
      index: Number(index),
      uuid,
      name: fields.slice(2, -2).join(', '),
      totalBytes: mebibytes(fields.at(-2)),
      freeBytes: mebibytes(fields.at(-1)),
    })
  }
  return gpus
}

/** The MIG devices that `nvidia-smi -L` lists. */
export function parseMigDevices(listing: string): MigDevice[] {
  const devices: MigDevice[] = []
  let gpuUuid = ''
  for (const line of listing.split('\n')) {
    const gpu = /^GPU \d+: .*\(UUID: ([^)]+)\)/.exec(line)
    if (gpu?.[1] !== undefined) gpuUuid = gpu[1]
    const [, profile, index, uuid] = /^\s+MIG (\S+)\s+Device\s+(\d+): \(UUID: ([^)]+)\)/.exec(line) ?? []
    if (profile === undefined || uuid === undefined) continue
    devices.push({ gpuUuid, index: Number(index), uuid, profile })
  }
  return devices
}

/** Frame buffer of one MIG device in `nvidia-smi -q -x`, where that says it. */
export function migMemory(
  xml: string,
  device: MigDevice,
): { totalBytes: number; freeBytes: number } | undefined {
  const gpu = xml.split('<gpu id=').find((part) => part.includes(`<uuid>${device.gpuUuid}</uuid>`))
  const slice = gpu
    ?.split('<mig_device>')
    .slice(1)
    .find((part) => part.includes(`<index>${device.index}</index>`))
  const frameBuffer = slice?.split('<fb_memory_usage>')[1]?.split('</fb_memory_usage>')[0]
  const read = (tag: string) =>
    mebibytes(new RegExp(`<${tag}>(\\d+) MiB</${tag}>`).exec(frameBuffer ?? '')?.[1])
  const [totalBytes, freeBytes] = [read('total'), read('free')]
  return totalBytes === undefined || freeBytes === undefined ? undefined : { totalBytes, freeBytes }
}

/** The gigabytes in the name of a profile (`1g.5gb`, `1c.3g.20gb`, `1g.10gb+me`): a little more than it has. */
export function profileBytes(profile: string): number | undefined {
  const gigabytes = /(?:^|\.)(\d+)gb/.exec(profile)?.[1]
  return gigabytes === undefined ? undefined : Number(gigabytes) * 1e9
}
