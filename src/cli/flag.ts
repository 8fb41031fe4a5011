import { resolve } from 'node:path';
import { z } from 'zod';
import type { Bilingual, Language } from '../plan/shape.ts';
import { w } from '../report/sentences.ts';

/**
 * A flag, a setting of the file, or both: all that is known of it stands in its one declaration. Its name is its key in
 * the group that it is declared in: `sourceRate` is `--source-rate` on the command line and `sourceRate` in the file.
 */
export interface Flag<T> {
  /** What follows on the command line: `<n>`; null for a switch. */
  readonly takes: string | null;
  /** What it is, in one language or in both. */
  readonly help: Help;
  /** What it may be, as the end of a complaint: `--rate is "fast": it must be …`. */
  readonly allowed: Help;
  /** The value as JSON has it. */
  readonly schema: z.ZodType;
  /** The same value from a text of the command line or the environment. */
  readonly ofText: (text: string) => unknown;
  /** The value as commands get it; `base` is the folder that relative paths start from. */
  readonly read: (value: unknown, base: string) => T;
  /** As JSON has it; undefined: commands get undefined. */
  readonly default?: unknown;
  /** It may be given several times. */
  readonly isList?: boolean;
  /** A command does not start without it. */
  readonly isRequired?: boolean;
  /** It may stand in the settings file. */
  readonly isSetting?: boolean;
  /** It stands in the settings file only. */
  readonly isOffLine?: boolean;
  /** The variable that gives it where no flag does. */
  readonly environment?: string;
  /** What is wrong with a value beyond `schema`, depending on where it comes from. */
  readonly objection?: (value: unknown, by: Origin) => Bilingual | null;
  /** It may hold a password, so that no complaint quotes it. */
  readonly isUnquoted?: boolean;
}

/** The help of a flag: flags that most commands have speak Chinese, too; what only a technician uses is English. */
export type Help = string | Bilingual;

/** A help in a language. */
export function helpIn(help: Help, language: Language): string {
  return typeof help === 'string' ? help : help[language];
}

/** The same text in both, where it has words for one only. */
export function inBoth(help: Help): Bilingual {
  return typeof help === 'string' ? w(help, help) : help;
}

/** Where a value comes from, the strongest first. */
export type Origin = 'flag' | 'environment' | 'file' | 'default';

/** Flags by their names. */
export type Flags = Readonly<Record<string, Flag<unknown>>>;

/** What a command gets of its flags. */
export type Values<F extends Flags> = {
  readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never;
};

/** `sourceRate` → `--source-rate` */
export function spelling(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const asItIs = <T>(value: unknown): T => value as T;

/** On or off. */
export function toggle(help: Help): Flag<boolean> {
  return {
    takes: null,
    help,
    allowed: w('true 或 false', 'true or false'),
    schema: z.boolean(),
    ofText: (text) => ({ true: true, false: false })[text],
    read: asItIs,
    default: false,
  };
}

/** Any text, or one of a form that `allowed` says in words. */
export function text(takes: string, help: Help, form?: RegExp, allowed?: Help): Flag<string | undefined> {
  return {
    takes,
    help,
    allowed: allowed ?? w('必须是非空文本', 'it must be a text, and not empty'),
    schema: form === undefined ? z.string().min(1) : z.string().regex(form),
    ofText: asItIs,
    read: asItIs,
  };
}

/** The path of a file or folder; commands get it absolute. */
export function path(takes: string, help: Help, form?: RegExp, allowed?: Help): Flag<string | undefined> {
  return {
    ...text(
      takes,
      help,
      form,
      allowed ??
        (takes === '<dir>'
          ? w('必须是文件夹的名称', 'it must be the name of a folder')
          : w('必须是文件的名称', 'it must be the name of a file')),
    ),
    read: (value, base) => resolve(base, String(value)),
  };
}

/** A number, written in digits. */
export function number(
  takes: string,
  help: Help,
  { min, max, whole, allowed }: Readonly<{ min: number; max: number; whole: boolean; allowed: Help }>,
): Flag<number | undefined> {
  const schema = z.number().min(min).max(max);
  return {
    takes,
    help,
    allowed,
    schema: whole ? schema.int() : schema,
    ofText: (given) => (/^\d+(\.\d+)?$/.test(given) ? Number(given) : undefined),
    read: asItIs,
  };
}

const MS_IN = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A span of time such as `90m`, `26h` or `7d`; commands get ms. */
export function span(help: Help, standard: string): Flag<number> {
  const { read, ...flag } = text(
    '<span>',
    withDefault(help, standard),
    /^[1-9]\d{0,5}[mhd]$/,
    w(
      '必须是分钟、小时或天数，如 90m、26h 或 7d',
      'it must be a number of minutes, hours or days, such as 90m, 26h or 7d',
    ),
  );
  return {
    ...flag,
    default: standard,
    read: (value) => {
      const given = String(value);
      return Number(given.slice(0, -1)) * MS_IN[given.at(-1) as keyof typeof MS_IN];
    },
  };
}

/** One of some words. */
export function oneOf<const V extends string>(
  takes: string,
  help: Help,
  words: readonly V[],
): Flag<V | undefined> {
  const all = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  const allowed = w(`可选 ${words.join('、')}`, all);
  return { takes, help, allowed, schema: z.enum(words), ofText: asItIs, read: asItIs };
}

/** A flag that may be given several times. */
export function several<T>(flag: Flag<T | undefined>): Flag<readonly T[]> {
  return {
    ...flag,
    isList: true,
    schema: z.array(flag.schema),
    // Text by text: see `fromTexts`.
    read: (values, base) => (values as readonly unknown[]).map((value) => flag.read(value, base) as T),
    default: [],
  };
}

/** A flag with the value that it has where nobody gives one. */
export function or<T>(value: T & (string | number), flag: Flag<T | undefined>): Flag<T> {
  return { ...(flag as Flag<T>), default: value, help: withDefault(flag.help, value) };
}

function withDefault(help: Help, value: string | number): Help {
  if (typeof help === 'string') return `${help} (default: ${value})`;
  return { zh: `${help.zh}（默认 ${value}）`, en: `${help.en} (default: ${value})` };
}

/** A flag that must be given; `allowed` says what to give. */
export function required<T>(flag: Flag<T | undefined>, allowed = flag.allowed): Flag<T> {
  return { ...(flag as Flag<T>), allowed, isRequired: true };
}

/** A setting of several parts, which is no flag: `notify: { url, on }`. */
export function nested<S extends z.ZodType>(help: Help, schema: S): Flag<z.infer<S> | undefined> {
  return {
    takes: null,
    help,
    allowed: w('必须是对象', 'an object'),
    schema,
    ofText: asItIs,
    read: asItIs,
    isOffLine: true,
  };
}

/** What is declared stands in the settings file only, and is no flag. */
export function fileOnly<F extends Flags>(flags: F): F {
  return Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [name, { ...flag, isOffLine: true }]),
  ) as F;
}

/** Of a command that asks before it goes on. */
export const YES = { yes: toggle(w('不询问', 'do not ask')) };

/** Of a command that prints JSON, where that is no report. */
export const AS_JSON = { json: toggle(w('以一个 JSON 对象输出到 stdout', 'one JSON object on stdout')) };
