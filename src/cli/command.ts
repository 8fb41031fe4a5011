import { Option, type Command as Program } from 'commander';
import type { Language } from '../plan/shape.ts';
import { type Flag, type Flags, type Help, helpIn, spelling, type Values } from './flag.ts';
import { inProfile, PROFILE_FLAG } from './profiles.ts';
import type { SchemaName } from './schemas.ts';
import { readSettingsFile, refuseLeftLedger } from './settings-file.ts';
import { valuesOf } from './values.ts';

/** One command: its name, what it says of itself, its arguments and flags, and what it does. */
export interface Command {
  /** `sync`, or `ledger check`. */
  readonly name: string;
  readonly summary: Help;
  readonly arguments: readonly ArgumentHelp[];
  readonly flags: Flags;
  /** What it prints as JSON, where it does. */
  readonly prints?: readonly SchemaName[];
  /**
   * Carries it out. `line`: what the command line says, by the names of flags.
   * @returns the exit code
   * @throws HireSyncError CONFIG_INVALID for what is wrong in the command line, environment or settings file
   */
  run(line: Readonly<Record<string, unknown>>, ...given: readonly unknown[]): Promise<number>;
}

/** `<pipeline...>`, `<file>` or `[key]`, and what it is. */
type ArgumentHelp = readonly [term: string, help: Help];

type Given<A extends readonly ArgumentHelp[]> = { -readonly [I in keyof A]: GivenFor<A[I][0]> };
type GivenFor<Term extends string> = Term extends `<${string}...>` | `[${string}...]`
  ? readonly string[]
  : Term extends `<${string}>`
    ? string
    : string | undefined;

/** Declares a command; its `run` gets checked values, typed by the declarations of its flags. */
export function command<const A extends readonly ArgumentHelp[], const F extends Flags>(declared: {
  readonly name: string;
  readonly summary: Help;
  readonly arguments: A;
  readonly flags: F;
  readonly prints?: readonly SchemaName[];
  readonly run: (flags: Values<F>, ...given: Given<A>) => Promise<number>;
}): Command {
  const knowsSettings = Object.values<Flag<unknown>>(declared.flags).some(({ isSetting }) => isSetting);
  const own = { profile: PROFILE_FLAG };
  return {
    ...declared,
    flags: knowsSettings ? { ...declared.flags, ...own } : declared.flags,
    async run(line, ...given) {
      const cwd = process.cwd();
      const { profile: name } = valuesOf(own, { line, environment: {}, file: null, cwd });
      const read = readSettingsFile(cwd);
      const usesLedger = 'ledger' in declared.flags;
      const file = usesLedger || name !== undefined ? inProfile(read, name, process.env) : read;
      // A profile's ledger is its own, and is new on its first night.
      if (file !== null && name === undefined && line.ledger === undefined) refuseLeftLedger(file);
      const flags = valuesOf(declared.flags, { line, environment: process.env, file, cwd });
      return declared.run(flags, ...(given as Given<A>));
    },
  };
}

/** Offers a command on the command line, with help in `language`; `done` gets its exit code. */
export function offer(
  program: Program,
  offered: Command,
  language: Language,
  done: (exitCode: number) => void,
): void {
  const name = offered.name.split(' ').at(-1) ?? '';
  const parser = program.command(name).description(helpIn(offered.summary, language));
  for (const [term, help] of offered.arguments) parser.argument(term, helpIn(help, language));
  if (language === 'zh') parser.helpOption('-h, --help', '显示本命令的帮助');
  for (const [flag, declared] of Object.entries(offered.flags))
    for (const option of optionsOf(flag, declared, language)) parser.addOption(option);
  parser.action(async (...given: unknown[]) => {
    // Commander adds the options, and itself.
    const line = given.at(-2) as Readonly<Record<string, unknown>>;
    done(await offered.run(line, ...given.slice(0, -2)));
  });
}

function optionsOf(name: string, flag: Flag<unknown>, language: Language): Option[] {
  if (flag.isOffLine) return [];
  const spelt = spelling(name);
  const option = new Option(
    flag.takes === null ? spelt : `${spelt} ${flag.takes}`,
    helpIn(flag.help, language),
  );
  if (flag.isList)
    option.argParser((text, before: readonly string[] | undefined) => [...(before ?? []), text]);
  if (flag.takes !== null || !flag.isSetting) return [option];
  // What the settings file switches on can be switched off for one run.
  return [option, new Option(spelt.replace('--', '--no-')).hideHelp()];
}
