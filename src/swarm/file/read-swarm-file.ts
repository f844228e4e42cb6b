import { parse, YAMLParseError } from 'yaml'
import { type SwarmFile, swarmFileSchema } from './swarm-file.ts'
import { SwarmFileError } from './swarm-file-error.ts'

/**
 * The text of a swarm file as a swarm.
 *
 * @param file its name, for messages
 * @throws SwarmFileError
 */
export function readSwarmFile(text: string, file: string): SwarmFile {
  const parsed = swarmFileSchema.safeParse(parseYaml(text, file))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new SwarmFileError(file, issue?.path.join('.') ?? '', issue?.message ?? 'refused')
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text, { maxAliasCount: 16 })
  } catch (error) {
    if (error instanceof YAMLParseError) throw new SwarmFileError(file, '', error.message)
    throw error
  }
}
