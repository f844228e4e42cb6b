/** What the process answers its caller. */
export const EXIT_CODE = {
  done: 0,
  /** A fault of ours: the message carries a stack. */
  crashed: 1,
  /** What was examined is wrong: the report on standard output says what. */
  wrong: 1,
  /** Something the user can mend: bad input, a port in use, a missing file. */
  refused: 2,
  /** Stopped by Ctrl-C, as shells count it (128 + SIGINT). */
  interrupted: 130,
} as const
