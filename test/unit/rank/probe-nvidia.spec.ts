import { deepEqual, equal } from 'node:assert/strict'
import { probeNvidia } from '../../../src/rank/probe-nvidia.ts'
import { QUERY, type RecordedMachine, recordedMachine } from './recorded-machine.ts'

const MIB = 2 ** 20
const ONE = '0, GPU-3d6c1b0e-7a52-0f4e-5e0f-0c5d7c1d3b11, NVIDIA GeForce RTX 3090, 24576, 24254\n'
const TWO_ALIKE = `0, GPU-aaaa1111-0000-0000-0000-000000000000, NVIDIA A100-SXM4-80GB, 81920, 81050
1, GPU-bbbb2222-0000-0000-0000-000000000000, NVIDIA A100-SXM4-80GB, 81920, 40000
`
const TWO_KINDS = `0, GPU-aaaa1111-0000-0000-0000-000000000000, NVIDIA RTX A6000, 49140, 48500
1, GPU-bbbb2222-0000-0000-0000-000000000000, NVIDIA GeForce GT 1030, 2048, 1900
`
const LISTING = `GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f)
  MIG 3g.20gb     Device  0: (UUID: MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f)
  MIG 1g.5gb      Device  1: (UUID: MIG-cba663e8-9bed-5b25-b243-5985ef7c9beb)
`
const MIG_QUERY = '0, GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f, NVIDIA A100-SXM4-40GB, 40960, 40536\n'
const MIG_XML = `<nvidia_smi_log><gpu id="00000000:07:00.0">
<uuid>GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f</uuid>
<mig_devices>
<mig_device><index>0</index><gpu_instance_id>2</gpu_instance_id>
<fb_memory_usage><total>19968 MiB</total><reserved>0 MiB</reserved><used>37 MiB</used><free>19930 MiB</free></fb_memory_usage>
<bar1_memory_usage><total>32767 MiB</total><used>0 MiB</used><free>32767 MiB</free></bar1_memory_usage></mig_device>
<mig_device><index>1</index><gpu_instance_id>9</gpu_instance_id>
<fb_memory_usage><total>4864 MiB</total><reserved>0 MiB</reserved><used>12 MiB</used><free>4851 MiB</free></fb_memory_usage></mig_device>
</mig_devices></gpu></nvidia_smi_log>`

const probe = (csv: string, recording: RecordedMachine = {}) =>
  probeNvidia(recordedMachine({ ...recording, commands: { [QUERY]: csv, ...recording.commands } }))

const sliced = (environment: RecordedMachine['environment'] = {}, xml: string | undefined = MIG_XML) =>
  probe(MIG_QUERY, {
    environment,
    commands: { 'nvidia-smi -L': LISTING, ...(xml === '' ? {} : { 'nvidia-smi -q -x': xml }) },
  })

const ninety = (mebibytes: number) => Math.floor(mebibytes * MIB * 0.9)

describe('memory of an NVIDIA GPU', () => {
  it('is nine tenths of what is free on the only one', async () => {
    deepEqual(await probe(ONE), {
      bytes: ninety(24254),
      source: 'nvidia-smi',
      device: 'NVIDIA GeForce RTX 3090',
      detail: '90 % of 25.4 GB free of 25.8 GB',
    })
  })

  it('is asked with the documented query, with two seconds for each command', async () => {
    const machine = recordedMachine({ commands: { [QUERY]: ONE } })
    await probeNvidia(machine)
    deepEqual(machine.asked, [
      [QUERY, 2000],
      ['nvidia-smi -L', 2000],
    ])
  })

  it('is unknown where nvidia-smi is missing, fails, hangs or prints an error', async () => {
    equal(await probeNvidia(recordedMachine({})), undefined)
    const failure = 'NVIDIA-SMI has failed because it couldn’t communicate with the NVIDIA driver.'
    for (const outcome of [
      { ok: false, reason: 'failed', detail: failure },
      { ok: false, reason: 'timeout', detail: '' },
      'No devices were found\n',
      'Failed to initialize NVML: Driver/library version mismatch\n',
    ] as const) {
      equal(await probeNvidia(recordedMachine({ commands: { [QUERY]: outcome } })), undefined)
    }
  })

  it('is asked at the place where the Windows Subsystem for Linux keeps nvidia-smi', async () => {
    const query = QUERY.replace('nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi')
    const budget = await probeNvidia(recordedMachine({ commands: { [query]: ONE } }))
    equal(budget?.bytes, ninety(24254))
  })

  it('counts the total where free memory is [N/A]', async () => {
    const budget = await probe('0, GPU-1, Tesla K80, 11441, [N/A]\n')
    equal(budget?.bytes, ninety(11441))
  })

  it('is a share of the system’s memory where the GPU has none of its own', async () => {
    const budget = await probe('0, GPU-1, NVIDIA GB10, [N/A], [N/A]\n', {
      memory: { totalBytes: 128e9, availableBytes: 120e9 },
    })
    equal(budget?.bytes, 64e9)
    equal(budget?.device, 'NVIDIA GB10')
  })

  it('keeps a comma in a device’s name', async () => {
    equal((await probe('0, GPU-1, Odd, Name, 1000, 900\n'))?.device, 'Odd, Name')
  })
})

describe('CUDA_VISIBLE_DEVICES', () => {
  const alike = async (list: string) =>
    (await probe(TWO_ALIKE, { environment: { CUDA_VISIBLE_DEVICES: list } }))?.bytes

  it('picks a GPU by number; the first of the list counts', async () => {
    equal(await alike('1'), ninety(40000))
    equal(await alike('1,0'), ninety(40000))
    equal(await alike('0'), ninety(81050))
  })

  it('picks a GPU by its UUID or the beginning of it', async () => {
    equal(await alike('GPU-bbbb2222-0000-0000-0000-000000000000'), ninety(40000))
    equal(await alike('gpu-bbbb'), ninety(40000))
  })

  it('hides every GPU where it is empty, -1, wrong or ambiguous', async () => {
    for (const list of ['', '-1', '7', 'NoDevFiles', 'GPU-', 'GPU-cccc', '-1,0']) {
      equal(await alike(list), undefined, list)
    }
  })

  it('counts the smallest of unlike GPUs unless they are numbered by bus', async () => {
    equal((await probe(TWO_KINDS))?.bytes, ninety(1900))
    const byBus = { CUDA_DEVICE_ORDER: 'PCI_BUS_ID' }
    equal((await probe(TWO_KINDS, { environment: byBus }))?.bytes, ninety(48500))
    const second = { ...byBus, CUDA_VISIBLE_DEVICES: '1' }
    equal((await probe(TWO_KINDS, { environment: second }))?.bytes, ninety(1900))
  })
})

describe('memory of a sliced GPU (MIG)', () => {
  it('is that of its first slice, not of the whole', async () => {
    deepEqual(await sliced(), {
      bytes: ninety(19930),
      source: 'nvidia-smi',
      device: 'NVIDIA A100-SXM4-40GB MIG 3g.20gb',
      detail: '90 % of 20.9 GB free of 20.9 GB',
    })
  })

  it('is that of the slice that CUDA_VISIBLE_DEVICES names', async () => {
    const budget = await sliced({ CUDA_VISIBLE_DEVICES: 'MIG-cba663e8-9bed-5b25-b243-5985ef7c9beb' })
    equal(budget?.bytes, ninety(4851))
    equal(await sliced({ CUDA_VISIBLE_DEVICES: 'MIG-0000' }), undefined)
  })

  it('comes from the profile’s name where details are refused', async () => {
    const budget = await sliced({ CUDA_VISIBLE_DEVICES: 'MIG-cba663e8' }, '')
    equal(budget?.bytes, Math.floor(5e9 * 0.95 * 0.9))
  })

  it('reads the identifiers of drivers before 470', async () => {
    const budget = await probe(MIG_QUERY, {
      environment: { CUDA_VISIBLE_DEVICES: 'MIG-GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f/1/0' },
      commands: {
        'nvidia-smi -L': `GPU 0: A100-SXM4-40GB (UUID: GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f)
  MIG 3g.20gb Device 0: (UUID: MIG-GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f/1/0)
`,
      },
    })
    equal(budget?.bytes, Math.floor(20e9 * 0.95 * 0.9))
  })
})
