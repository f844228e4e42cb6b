export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Where a component says what it does; `fields` are for programs, `message` is for people. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void

export const silentLog: Log = () => {}
