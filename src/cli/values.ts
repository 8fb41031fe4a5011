import { HireSyncError } from '../errors.ts';
import type { Bilingual } from '../plan/shape.ts';
import { joined, w } from '../report/sentences.ts';
import { type Flag, type Flags, inBoth, type Origin, spelling, type Values } from './flag.ts';
import { SETTINGS_FILE, type SettingsFile } from './settings-file.ts';

/** What each value comes from. A symbol: no flag can have this name. */
const ORIGINS = Symbol('origins');

/** Where values are looked for. */
export interface Sources {
  /** Texts by the names of flags, lists of them, true or false: as the parser of the command line gives them. */
  readonly line: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly file: SettingsFile | null;
  /** The folder that paths on the command line start from. */
  readonly cwd: string;
}

/**
 * The values of a command's flags: from the command line, else from the environment, else from the settings file, else
 * their defaults.
 * @throws HireSyncError CONFIG_INVALID with every complaint at once
 */
export function valuesOf<F extends Flags>(flags: F, sources: Sources): Values<F> {
  const complaints: Bilingual[] = [];
  const origins: Record<string, Origin> = {};
  const entries = Object.entries(flags).map(([name, flag]) => {
    const { by, value, base } = found(name, flag, sources);
    origins[name] = by;
    if (by === 'flag' || by === 'environment') {
      const wrong = objectionsTo(value, flag, by, by === 'flag' ? spelling(name) : (flag.environment ?? ''));
      complaints.push(...wrong);
      if (wrong.length > 0) return [name, undefined];
    }
    if (value === undefined && flag.isRequired) {
      const { zh, en } = inBoth(flag.allowed);
      complaints.push(w(`缺少 ${spelling(name)}：${zh}`, `${spelling(name)} is missing: ${en}`));
    }
    return [name, value === undefined ? undefined : flag.read(fromTexts(value, flag), base)];
  });
  if (complaints.length > 0) throw new HireSyncError('CONFIG_INVALID', joined(complaints, '\n', '\n'));
  return Object.freeze({ ...Object.fromEntries(entries), [ORIGINS]: origins }) as Values<F>;
}

/** Where a value of a command comes from. */
export function originOf(values: object, name: string): Origin {
  return (values as { readonly [ORIGINS]?: Readonly<Record<string, Origin>> })[ORIGINS]?.[name] ?? 'default';
}

/** What a value is called where it was given: `--source`, or `source in hire-sync.config.json`. */
export function calledIn<V extends object>(values: V, name: keyof V & string): string {
  return originOf(values, name) === 'file' ? `${name} in ${SETTINGS_FILE}` : spelling(name);
}

function found(
  name: string,
  flag: Flag<unknown>,
  { line, environment, file, cwd }: Sources,
): { readonly by: Origin; readonly value: unknown; readonly base: string } {
  const given = flag.isOffLine ? undefined : line[name];
  if (given !== undefined) return { by: 'flag', value: given, base: cwd };
  const variable = flag.environment === undefined ? undefined : environment[flag.environment];
  // An empty variable counts as absent: `HIRE_SYNC_LIMITER=` in a crontab means "none".
  if (variable !== undefined && variable !== '') return { by: 'environment', value: variable, base: cwd };
  if (flag.isSetting && file !== null && Object.hasOwn(file.values, name))
    return { by: 'file', value: file.values[name], base: file.folder };
  return { by: 'default', value: flag.default, base: cwd };
}

/** Texts become what JSON would have; what is no text is that already. */
function fromTexts(value: unknown, { ofText, isList }: Flag<unknown>): unknown {
  if (isList)
    return (value as readonly unknown[]).map((one) => (typeof one === 'string' ? ofText(one) : one));
  return typeof value === 'string' ? ofText(value) : value;
}

function objectionsTo(given: unknown, flag: Flag<unknown>, by: Origin, name: string): Bilingual[] {
  const one = (value: unknown): Bilingual[] => {
    const read = fromTexts(flag.isList ? [value] : value, flag);
    if (!flag.schema.safeParse(read).success) {
      const { zh, en } = inBoth(flag.allowed);
      const [is, was] = flag.isUnquoted ? ['', ''] : [`的值“${String(value)}”不对`, ` is "${String(value)}"`];
      return [w(`${name} ${is}：${zh}`, `${name}${was}: ${en}`)];
    }
    const objection = flag.objection?.(read, by) ?? null;
    return objection === null ? [] : [w(`${name} ${objection.zh}`, `${name} ${objection.en}`)];
  };
  return Array.isArray(given) ? given.flatMap(one) : one(given);
}
