import type {
  CommandOutcome,
  CudaEnvironment,
  GraphicsController,
  Machine,
  SystemMemory,
} from '../../../src/rank/machine.ts'

export interface RecordedMachine {
  readonly platform?: string
  readonly arch?: string
  readonly environment?: CudaEnvironment
  /** Outcomes by command line. */
  readonly commands?: Readonly<Record<string, CommandOutcome | string>>
  readonly files?: Readonly<Record<string, string>>
  readonly graphics?: readonly GraphicsController[]
  readonly memory?: SystemMemory
}

export const QUERY =
  'nvidia-smi --query-gpu=index,uuid,name,memory.total,memory.free --format=csv,noheader,nounits'

/** A machine that answers what was recorded, and notes the command lines and time limits it was asked. */
export function recordedMachine(
  recording: RecordedMachine,
): Machine & { readonly asked: [string, number][] } {
  const asked: [string, number][] = []
  const { files = {} } = recording
  return {
    asked,
    platform: recording.platform ?? 'linux',
    arch: recording.arch ?? 'x64',
    environment: recording.environment ?? {},
    async run(command, args, timeoutMs) {
      const line = [command, ...args].join(' ')
      asked.push([line, timeoutMs])
      const outcome = recording.commands?.[line]
      if (typeof outcome === 'string') return { ok: true, stdout: outcome }
      return outcome ?? { ok: false, reason: 'missing', detail: `spawn ${command} ENOENT` }
    },
    readText: async (path) => files[path],
    async list(folder) {
      const inside = Object.keys(files).filter((path) => path.startsWith(`${folder}/`))
      return [...new Set(inside.map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''))]
    },
    graphicsControllers: async () => recording.graphics ?? [],
    memory: () => recording.memory ?? { totalBytes: 16e9, availableBytes: 12e9 },
  }
}
