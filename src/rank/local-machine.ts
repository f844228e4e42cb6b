import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { freemem, totalmem } from 'node:os'
import { graphics } from 'systeminformation'
import type { CommandOutcome, GraphicsController, Machine, SystemMemory } from './machine.ts'

const MAX_OUTPUT_BYTES = 8 * 2 ** 20

/** The machine that this process runs on. */
export const localMachine: Machine = {
  platform: process.platform,
  arch: process.arch,
  get environment() {
    const { CUDA_VISIBLE_DEVICES, CUDA_DEVICE_ORDER } = process.env
    return { CUDA_VISIBLE_DEVICES, CUDA_DEVICE_ORDER }
  },
  run,
  readText: (path) => readFile(path, 'utf8').catch(() => undefined),
  list: (folder) => readdir(folder).catch(() => []),
  graphicsControllers,
  memory,
}

function run(command: string, args: readonly string[], timeoutMs: number): Promise<CommandOutcome> {
  const finished = new Promise<CommandOutcome>((resolve) => {
    const options = {
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_OUTPUT_BYTES,
      windowsHide: true,
    } as const
    execFile(command, [...args], options, (error, stdout, stderr) => {
      if (error === null) return resolve({ ok: true, stdout })
      const detail = `${stdout}${stderr}`.trim() || error.message
      const reason = error.code === 'ENOENT' ? 'missing' : error.killed === true ? 'timeout' : 'failed'
      resolve({ ok: false, reason, detail })
    })
  })
  // A process stuck in a driver cannot be killed, so its end is not waited for.
  return within(timeoutMs + 250, finished, {
    ok: false,
    reason: 'timeout',
    detail: `no answer in ${timeoutMs} ms`,
  })
}

async function graphicsControllers(timeoutMs: number): Promise<readonly GraphicsController[]> {
  const found = graphics().then(
    ({ controllers }) =>
      controllers.map(({ model, vram, vramDynamic }) => ({
        model,
        memoryBytes: vram === null ? null : vram * 2 ** 20,
        shared: vramDynamic,
      })),
    () => [],
  )
  return within(timeoutMs, found, [])
}

function memory(): SystemMemory {
  const totalBytes = totalmem()
  const limit = process.constrainedMemory()
  const availableBytes = Math.min(freemem(), process.availableMemory())
  // Without a container the limit reads as 0, or as a number beyond the machine.
  return limit > 0 && limit < totalBytes
    ? { totalBytes, availableBytes, limitBytes: limit }
    : { totalBytes, availableBytes }
}

async function within<T>(timeoutMs: number, work: Promise<T>, late: T): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(late), timeoutMs)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
