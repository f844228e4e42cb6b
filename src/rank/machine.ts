/** What became of a command. */
export type CommandOutcome =
  | { readonly ok: true; readonly stdout: string }
  | { readonly ok: false; readonly reason: 'missing' | 'failed' | 'timeout'; readonly detail: string }

export interface SystemMemory {
  readonly totalBytes: number
  /** What could be taken now without swapping. */
  readonly availableBytes: number
  /** The limit of the container that the process runs in, where there is one. */
  readonly limitBytes?: number
}

export interface GraphicsController {
  readonly model: string
  /** Memory of its own. Null where the system does not say. */
  readonly memoryBytes: number | null
  /** True where the memory is lent by the system and grows and shrinks. */
  readonly shared: boolean
}

/** The environment variables by which a user picks a GPU for CUDA. */
export interface CudaEnvironment {
  readonly CUDA_VISIBLE_DEVICES?: string | undefined
  readonly CUDA_DEVICE_ORDER?: string | undefined
}

/** Everything the probe wants to know from outside, so that tests give it recorded answers. */
export interface Machine {
  readonly platform: string
  readonly arch: string
  readonly environment: CudaEnvironment
  /** Runs a program without a shell; it never rejects. */
  run(command: string, args: readonly string[], timeoutMs: number): Promise<CommandOutcome>
  /** A small text file, or undefined where it cannot be read. */
  readText(path: string): Promise<string | undefined>
  /** The names in a folder; none where it cannot be read. */
  list(folder: string): Promise<readonly string[]>
  /** What `systeminformation` knows of graphics controllers; none where it fails. */
  graphicsControllers(timeoutMs: number): Promise<readonly GraphicsController[]>
  memory(): SystemMemory
}
