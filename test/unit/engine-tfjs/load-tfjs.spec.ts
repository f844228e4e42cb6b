import { deepEqual, equal, rejects } from 'node:assert/strict'
import { createRequire } from 'node:module'
import { EngineUnavailableError } from '../../../src/engine/engine-error.ts'
import { loadTfjs } from '../../../src/engine/tfjs/load-tfjs.ts'
import { restoreNodeUtil } from '../../../src/engine/tfjs/restore-node-util.ts'
import { createTfjsExecutor } from '../../../src/engine/tfjs/tfjs-executor.ts'

/** As much of a package as loading needs. */
function fakePackage(isUsingGpuDevice?: boolean) {
  const calls: unknown[] = []
  return {
    calls,
    enableProdMode: () => calls.push('production'),
    setBackend: async (name: string) => calls.push(name),
    ready: async () => calls.push('ready'),
    backend: () => ({ isUsingGpuDevice }),
  }
}

/** Only these packages are installed; `asked` notes what was wanted. */
function installed(packages: Readonly<Record<string, unknown>>) {
  const asked: string[] = []
  const requirePackage = (name: string) => {
    asked.push(name)
    const found = packages[name]
    if (found instanceof Error) throw found
    if (found !== undefined) return found
    throw Object.assign(new Error(`Cannot find module '${name}'\nRequire stack:`), {
      code: 'MODULE_NOT_FOUND',
    })
  }
  return { asked, requirePackage }
}

describe('loading TensorFlow.js', () => {
  it('takes the GPU’s package, else the native one, else plain JavaScript', async () => {
    const [gpu, native, plain] = [fakePackage(true), fakePackage(false), fakePackage()]
    const all = {
      '@tensorflow/tfjs-node-gpu': gpu,
      '@tensorflow/tfjs-node': native,
      '@tensorflow/tfjs': plain,
    }
    const names = Object.keys(all)
    for (const [place, device] of ['tfjs-node-gpu', 'tfjs-node', 'tfjs'].entries()) {
      const { asked, requirePackage } = installed(Object.fromEntries(Object.entries(all).slice(place)))
      const loaded = await loadTfjs(undefined, requirePackage)
      deepEqual([loaded.device, loaded.onGpu], [device, device === 'tfjs-node-gpu'])
      deepEqual(asked, names.slice(0, place + 1))
    }
  })

  it('falls back where a package is there and its native part is not', async () => {
    const broken = new Error('The Node.js native addon module (tfjs_binding.node) can not be found')
    const { requirePackage } = installed({
      '@tensorflow/tfjs-node': broken,
      '@tensorflow/tfjs': fakePackage(),
    })
    equal((await loadTfjs(undefined, requirePackage)).device, 'tfjs')
  })

  it('starts the backend without the library’s advice and checks', async () => {
    const [native, plain] = [fakePackage(), fakePackage()]
    await loadTfjs('tfjs-node', installed({ '@tensorflow/tfjs-node': native }).requirePackage)
    deepEqual(native.calls, ['production', 'tensorflow', 'ready'])
    await loadTfjs('tfjs', installed({ '@tensorflow/tfjs': plain }).requirePackage)
    deepEqual(plain.calls, ['production', 'cpu', 'ready'])
  })

  it('says how to install the package that was asked for, and tries no other', async () => {
    const { asked, requirePackage } = installed({ '@tensorflow/tfjs': fakePackage() })
    await rejects(loadTfjs('tfjs-node-gpu', requirePackage), (error) => {
      equal(error instanceof EngineUnavailableError && error.code, 'ENGINE_UNAVAILABLE')
      equal(
        (error as EngineUnavailableError).message,
        'Engine "tfjs-node-gpu" cannot be used: the package @tensorflow/tfjs-node-gpu is not installed.',
      )
      equal(
        (error as EngineUnavailableError).nextStep.includes('npm install @tensorflow/tfjs-node-gpu@4.22.0'),
        true,
      )
      return true
    })
    deepEqual(asked, ['@tensorflow/tfjs-node-gpu'])
  })

  it('says why the package that was asked for does not load', async () => {
    const broken = new Error('libcudart.so.11.0: cannot open shared object file\nmore')
    const { requirePackage } = installed({ '@tensorflow/tfjs-node-gpu': broken })
    await rejects(loadTfjs('tfjs-node-gpu', requirePackage), {
      message:
        'Engine "tfjs-node-gpu" cannot be used: @tensorflow/tfjs-node-gpu: libcudart.so.11.0: cannot open shared object file.',
      cause: broken,
    })
  })

  it('refuses the GPU’s package, where that was asked for, without a GPU', async () => {
    const { requirePackage } = installed({ '@tensorflow/tfjs-node-gpu': fakePackage(false) })
    await rejects(loadTfjs('tfjs-node-gpu', requirePackage), /it finds no GPU/)
    deepEqual(await loadTfjs(undefined, requirePackage).then(({ onGpu }) => onGpu), false)
  })

  it('gives back to node:util what tfjs-node takes from it', () => {
    restoreNodeUtil()
    const util = createRequire(import.meta.url)('node:util') as Record<string, (value: unknown) => boolean>
    const of = (name: string) => [null, undefined, 0, [], {}].map((value) => util[name]?.(value))
    deepEqual(of('isNullOrUndefined'), [true, true, false, false, false])
    deepEqual(of('isArray'), [false, false, false, true, false])
  })
})

describe('the tfjs executor', function () {
  this.timeout(400_000)
  it('refuses a device that it does not know, naming those it does', async () => {
    await rejects(createTfjsExecutor({ device: 'abacus' }), (error) => {
      return error instanceof EngineUnavailableError && /tfjs-node-gpu, tfjs-node, tfjs/.test(error.nextStep)
    })
  })

  it('says which package it runs on', async () => {
    const executor = await createTfjsExecutor({ device: 'tfjs' })
    deepEqual([executor.name, executor.device], ['tfjs', 'tfjs'])
    await executor.close()
    for (const [isUsingGpuDevice, device] of [
      [true, 'tfjs-node-gpu'],
      [false, 'tfjs-node'],
    ] as const) {
      const { requirePackage } = installed({ '@tensorflow/tfjs-node-gpu': fakePackage(isUsingGpuDevice) })
      const other = await createTfjsExecutor({ requirePackage })
      deepEqual([other.name, other.device], ['tfjs', device])
      await other.close()
    }
  })
})
