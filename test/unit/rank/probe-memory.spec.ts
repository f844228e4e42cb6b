import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { localMachine } from '../../../src/rank/local-machine.ts'
import { probeMemory } from '../../../src/rank/probe-memory.ts'
import { QUERY, type RecordedMachine, recordedMachine } from './recorded-machine.ts'

const NVIDIA = { [QUERY]: '0, GPU-1, NVIDIA L4, 23034, 22500\n' }
const AMD = {
  '/sys/class/drm/card0/device/mem_info_vram_total': '536870912\n',
  '/sys/class/drm/card0/device/mem_info_vram_used': '36870912\n',
  '/sys/class/drm/card1/device/mem_info_vram_total': '17163091968\n',
  '/sys/class/drm/card1/device/mem_info_vram_used': '1163091968\n',
  '/sys/class/drm/card1/device/product_name': 'Radeon RX 6800 XT\n',
  '/sys/class/drm/card1-HDMI-A-1/status': 'connected\n',
  '/sys/class/drm/renderD128/dev': '226:128\n',
}
const GRAPHICS = [
  { model: 'ASPEED', memoryBytes: 16 * 2 ** 20, shared: false },
  { model: 'Intel Iris Xe', memoryBytes: 8 * 2 ** 30, shared: true },
  { model: 'Intel Arc A770', memoryBytes: 16 * 2 ** 30, shared: false },
]

const onGpu = (recording: RecordedMachine) =>
  probeMemory({ trainsOn: 'gpu', machine: recordedMachine(recording) })

describe('memory budget', () => {
  it('is the user’s word before everything, and asks nobody else', async () => {
    const machine = recordedMachine({ commands: NVIDIA })
    deepEqual(await probeMemory({ memory: '160MB', trainsOn: 'gpu', machine }), {
      bytes: 160e6,
      source: 'user',
      detail: '160 MB, as the user said',
    })
    deepEqual(machine.asked, [])
  })

  it('refuses a user’s word that is no size', async () => {
    await rejects(probeMemory({ memory: 'lots', trainsOn: 'cpu' }), { code: 'RANK_MEMORY_SIZE' })
  })

  it('asks nvidia-smi, then amdgpu, then systeminformation, then the system', async () => {
    const all = { commands: NVIDIA, files: AMD, graphics: GRAPHICS }
    equal((await onGpu(all)).source, 'nvidia-smi')
    equal((await onGpu({ ...all, commands: {} })).source, 'amdgpu')
    equal((await onGpu({ ...all, commands: {}, files: {} })).source, 'systeminformation')
    equal((await onGpu({})).source, 'system-memory')
  })

  it('counts what is free on the largest card that amdgpu runs', async () => {
    deepEqual(await onGpu({ files: AMD }), {
      bytes: 14.4e9,
      source: 'amdgpu',
      device: 'Radeon RX 6800 XT',
      detail: '90 % of 16.0 GB free of 17.2 GB',
    })
  })

  it('passes over an amdgpu card that does not say its memory', async () => {
    const files = { '/sys/class/drm/card0/device/mem_info_vram_total': 'nonsense\n' }
    equal((await onGpu({ files })).source, 'system-memory')
  })

  it('is a share of unified memory on an Apple chip, larger on large ones', async () => {
    const apple = { platform: 'darwin', arch: 'arm64' }
    const small = await onGpu({ ...apple, memory: { totalBytes: 24e9, availableBytes: 1e9 } })
    deepEqual([small.source, small.bytes], ['apple-unified-memory', 16e9])
    const large = await onGpu({ ...apple, memory: { totalBytes: 128e9, availableBytes: 1e9 } })
    equal(large.bytes, 96e9)
  })

  it('passes over controllers with shared or hardly any memory', async () => {
    const budget = await onGpu({ graphics: GRAPHICS })
    equal(budget.device, 'Intel Arc A770')
    equal((await onGpu({ graphics: GRAPHICS.slice(0, 2) })).source, 'system-memory')
  })

  it('asks no accelerator where training runs on the processor', async () => {
    const machine = recordedMachine({ commands: NVIDIA, graphics: GRAPHICS })
    deepEqual(await probeMemory({ trainsOn: 'cpu', machine }), {
      bytes: 8e9,
      source: 'system-memory',
      detail: '50 % of 16.0 GB',
    })
    deepEqual(machine.asked, [])
  })

  it('takes no more than four fifths of what is available, and minds a container’s limit', async () => {
    const busy = await onGpu({ memory: { totalBytes: 16e9, availableBytes: 5e9 } })
    equal(busy.bytes, 4e9)
    const boxed = await onGpu({ memory: { totalBytes: 64e9, availableBytes: 3.9e9, limitBytes: 4e9 } })
    deepEqual([boxed.bytes, boxed.detail], [2e9, '50 % of 4.00 GB of the container’s'])
  })

  it('finds memory on the machine that runs this test', async () => {
    const budget = await probeMemory({ trainsOn: 'cpu' })
    ok(budget.bytes > 2 ** 20)
    ok(budget.bytes <= localMachine.memory().totalBytes)
  })
})

describe('the local machine', function () {
  this.timeout(240_000)
  it('answers instead of rejecting where a program is missing, fails or takes too long', async () => {
    const node = process.execPath
    const missing = await localMachine.run('/no/such/program', [], 2000)
    deepEqual([missing.ok, !missing.ok && missing.reason], [false, 'missing'])
    const failed = await localMachine.run(node, ['-e', 'console.error("broken"); process.exit(3)'], 30_000)
    deepEqual(failed, { ok: false, reason: 'failed', detail: 'broken' })
    const hung = await localMachine.run(node, ['-e', 'setInterval(() => {}, 1000)'], 200)
    deepEqual([hung.ok, !hung.ok && hung.reason], [false, 'timeout'])
    deepEqual(await localMachine.run(node, ['-p', '1 + 1'], 30_000), { ok: true, stdout: '2\n' })
  })

  it('has no names in a folder and no text in a file that are not there', async () => {
    deepEqual(await localMachine.list('/no/such/folder'), [])
    equal(await localMachine.readText('/no/such/file'), undefined)
  })
})
