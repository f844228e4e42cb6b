import { FlexswarmError } from '../base/flexswarm-error.ts'

/** The checkpoint's chat template cannot write these messages. */
export class ChatTemplateError extends FlexswarmError<'MODEL_CHAT_TEMPLATE', { reason: string }> {
  constructor(reason: string, options?: ErrorOptions) {
    super(
      'MODEL_CHAT_TEMPLATE',
      `the chat template refused the messages: ${reason}`,
      'Check the roles and their order, or give the data as prompt and completion.',
      { reason },
      options,
    )
  }
}
