import type { Command } from '../command.ts';

/**
 * The files of the commands, in the order of the help. Each is loaded when it is called: a plan of a small export need
 * not wait for a server or an HTTP client.
 */
export const COMMANDS: Readonly<Record<string, () => Promise<{ readonly commands: readonly Command[] }>>> = {
  plan: () => import('./plan.ts'),
  validate: () => import('./validate.ts'),
  sync: () => import('./sync.ts'),
  pull: () => import('./pull.ts'),
  probe: () => import('./probe.ts'),
  verify: () => import('./verify.ts'),
  undo: () => import('./undo.ts'),
  runs: () => import('./runs.ts'),
  resolve: () => import('./resolve.ts'),
  rekey: () => import('./rekey.ts'),
  ledger: () => import('./ledger.ts'),
  sandbox: () => import('./sandbox.ts'),
};

/** The commands that a command line may mean by its first word: those of one file, or all. */
export async function commandsFor(word: string | undefined): Promise<readonly Command[]> {
  const one = word !== undefined && Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  const files = one === undefined ? Object.values(COMMANDS) : [one];
  return (await Promise.all(files.map((load) => load()))).flatMap(({ commands }) => commands);
}
