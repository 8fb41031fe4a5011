/** The steps of an undo at which a test may kill it, see `kill-at.ts`. */
export const UNDO_STEPS = [
  /** The intent is on disk; no request exists yet. */
  'restore:intent',
  /** The request exists; no byte of it has left. */
  'restore:request',
  /** All of it is in the kernel's hands; whether the server sees it before or after the kill is open. */
  'restore:sent',
  /** The whole answer is there; nobody has looked at it. */
  'restore:answer',
  /** The answer is about to be written down; afterwards it is on disk. */
  'restore:settling',
  'restore:settled',
  'delete:intent',
  'delete:request',
  'delete:sent',
  'delete:answer',
  'delete:settling',
  'delete:settled',
] as const;

export type UndoStep = (typeof UNDO_STEPS)[number];
