import type { Command } from '../command.ts';

/**
 * The files of the commands, in the order of the help. Each is loaded when it is called: a plan of a small export need
 * not wait for a server or an HTTP client.
 */
export const COMMANDS: Readonly<Record<string, () => Promise<{ readonly commands: readonly Command[] }>>> = {
  init: () => import('./init.ts'),
  plan: () => import('./plan.ts'),
  validate: () => import('./validate.ts'),
  sync: () => import('./sync.ts'),
  pull: () => import('./pull.ts'),
  probe: () => import('./probe.ts'),
  verify: () => import('./verify.ts'),
  undo: () => import('./undo.ts'),
  prune: () => import('./prune.ts'),
  forget: () => import('./forget.ts'),
  status: () => import('./status.ts'),
  runs: () => import('./runs.ts'),
  resolve: () => import('./resolve.ts'),
  rekey: () => import('./rekey.ts'),
  ledger: () => import('./ledger.ts'),
  'ledger restore': () => import('./restore.ts'),
  'ledger rebuild': () => import('./rebuild.ts'),
  sandbox: () => import('./sandbox.ts'),
};

/** The commands that a command line may mean by its first words: those of one file, or for a help or a typing error all. */
export async function commandsFor(argv: readonly string[]): Promise<readonly Command[]> {
  const names = [argv.slice(0, 2).join(' '), argv[0] ?? ''];
  const file = names.find((name) => Object.hasOwn(COMMANDS, name)) ?? '';
  const { commands = [] } = (await COMMANDS[file]?.()) ?? {};
  if (commands.some(({ name }) => names.includes(name))) return commands;
  return (await Promise.all(Object.values(COMMANDS).map((load) => load()))).flatMap((all) => all.commands);
}
