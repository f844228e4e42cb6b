import { FlexswarmError } from '../base/flexswarm-error.ts'
import type { Checkpoint } from '../model/checkpoint.ts'
import type { Generated, GenerateOptions } from '../model/generate-options.ts'
import { loraParameters, loraSpec } from '../model/lora-spec.ts'
import { openGenerator } from '../model/open-generator.ts'
import { requireTokenizer } from '../model/require-tokenizer.ts'
import { readAdapterFor } from './linear-shapes.ts'
import { openSession, type SessionOptions } from './open-session.ts'

/** `chat` was asked of a model that has no chat template. */
export class NoChatTemplateError extends FlexswarmError<'NO_CHAT_TEMPLATE', { model: string }> {
  constructor(model: string) {
    super(
      'NO_CHAT_TEMPLATE',
      `${model} has no chat template.`,
      'Leave --chat out, or add a chat_template to its tokenizer_config.json.',
      { model },
    )
  }
}

export interface GenerateTextOptions
  extends SessionOptions,
    Omit<GenerateOptions, 'maxNewTokens' | 'onToken'> {
  /** A `peft` adapter of the model. Default: the model alone. */
  readonly adapter?: string
  readonly prompt: string
  /** Put the prompt as a user's turn through the model's chat template. Default false. */
  readonly chat?: boolean
  /** Default 128. */
  readonly maxNewTokens?: number
}

/**
 * Continues a prompt.
 *
 * @throws the errors of loading a model and an adapter; {@link NoChatTemplateError}
 */
export async function generateText(options: GenerateTextOptions): Promise<Generated> {
  const { adapter, prompt, chat = false, maxNewTokens = 128, ...rest } = options
  const session = await openSession(rest)
  try {
    const { checkpoint, executor } = session
    const factors = adapter === undefined ? new Map() : readAdapterFor(checkpoint, adapter).factors
    const tokenizer = requireTokenizer(checkpoint)
    const ids = chat
      ? tokenizer.encode(asUserTurn(checkpoint, prompt), { specialTokens: false })
      : tokenizer.encode(prompt)
    const generator = await openGenerator(executor, checkpoint, {
      lora: loraSpec(factors),
      parameters: loraParameters(factors),
    })
    const [answer] = await generator.generate([ids], { ...rest, maxNewTokens })
    return answer as Generated
  } finally {
    await session.close()
  }
}

function asUserTurn({ chatTemplate, directory }: Checkpoint, prompt: string): string {
  if (chatTemplate === null) throw new NoChatTemplateError(directory ?? 'the model')
  return chatTemplate.render([{ role: 'user', content: prompt }], { addGenerationPrompt: true })
}
