import { readFile } from 'node:fs/promises'
import { parseDocument } from 'yaml'
import type { z } from 'zod'
import { FlexswarmError } from '../base/flexswarm-error.ts'

/** A YAML file that is missing, is not YAML, or does not say what it should. */
export class YamlFileError extends FlexswarmError<'YAML_FILE', { file: string; where: string }> {
  constructor(file: string, where: string, what: string, nextStep: string) {
    super('YAML_FILE', `${file}${where && `: ${where}`}: ${what}`, nextStep, { file, where })
  }
}

/**
 * Reads a YAML file into a value of `schema`.
 *
 * @throws {YamlFileError} naming the line or the field that is wrong
 */
export async function readYaml<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  const document = parseDocument(await readText(file))
  const [fault] = document.errors
  if (fault !== undefined) {
    const line = fault.linePos?.[0].line
    throw new YamlFileError(file, line ? `line ${line}` : '', fault.code, 'Mend the YAML at this line.')
  }
  const parsed = schema.safeParse(document.toJS())
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new YamlFileError(
    file,
    issue?.path.join('.') ?? '',
    issue?.message ?? 'not understood',
    'Mend this field; the files in peers/ are examples that work.',
  )
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new YamlFileError(file, '', why, 'Check the path of the file.')
  }
}
