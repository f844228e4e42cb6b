import type { ChatRole, ChatTurn } from '../example.ts'
import { asFilledList, asFilledText, asRecord, asText, BadFieldError } from '../record-fields.ts'
import type { RecordFormat } from '../record-format.ts'

const ROLES: readonly string[] = ['system', 'user', 'assistant', 'tool'] satisfies ChatRole[]

function readTurn(value: unknown, index: number): ChatTurn {
  const label = `messages[${index}]`
  const turn = asRecord(value, label)
  const role = asText(turn['role'], `${label}.role`)
  if (!ROLES.includes(role)) {
    throw new BadFieldError(`${label}.role`, `is "${role}"; it must be one of ${ROLES.join(', ')}`)
  }
  if (role === 'system' && index > 0) {
    throw new BadFieldError(`${label}.role`, 'is "system", which may only come first')
  }
  const content = `${label}.content`
  const filled =
    role === 'assistant' ? asFilledText(turn['content'], content) : asText(turn['content'], content)
  return { role: role as ChatRole, content: filled }
}

/** `messages`: a list of `{role, content}` that ends with an assistant's turn. */
export const messages: RecordFormat = {
  name: 'messages',
  fields: ['messages'],
  read: (record, source) => {
    const turns = asFilledList(record['messages'], 'messages').map(readTurn)
    if (turns.at(-1)?.role !== 'assistant') {
      throw new BadFieldError('messages', 'must end with an assistant turn, which is the answer to learn')
    }
    return { kind: 'messages', messages: turns, source }
  },
}
