import { decodeYaml } from '../../base/decode-yaml.ts'
import { type SwarmFile, swarmFileSchema } from './swarm-file.ts'
import { SwarmFileError } from './swarm-file-error.ts'

/**
 * The text of a swarm file as a swarm.
 *
 * @param file its name, for messages
 * @throws SwarmFileError
 */
export function readSwarmFile(text: string, file: string): SwarmFile {
  const decoded = decodeYaml(text)
  if (!decoded.ok) throw new SwarmFileError(file, '', decoded.reason)
  const parsed = swarmFileSchema.safeParse(decoded.value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new SwarmFileError(file, issue?.path.join('.') ?? '', issue?.message ?? 'refused')
}
