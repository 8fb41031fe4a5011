/** The exit codes of hire-sync. */
export const EXIT = {
  done: 0,
  error: 1,
  usage: 2,
  leftOpen: 3,
  guard: 4,
  busy: 5,
  changes: 10,
  sigint: 130,
  sigterm: 143,
} as const;
