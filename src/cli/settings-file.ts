import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { HireSyncError } from '../errors.ts';
import { findFault, positionOf } from '../readers/json-syntax.ts';
import { nearest } from '../readers/nearest.ts';
import { type Flag, type Flags, helpIn } from './flag.ts';
import { PROFILE_FLAG, TENANT_SETTINGS } from './profiles.ts';
import { SETTINGS } from './settings.ts';

export const SETTINGS_FILE = 'hire-sync.config.json';

/** The settings file of a working folder, checked. */
export interface SettingsFile {
  /** Absolute; relative paths in it start here. */
  readonly folder: string;
  /** As JSON has them, by their names. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The same of each profile, by its name. */
  readonly profiles: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Reads the settings file of a folder; null where there is none.
 * @throws HireSyncError CONFIG_INVALID with all that is wrong in it
 */
export function readSettingsFile(folder: string, known: Flags = SETTINGS): SettingsFile | null {
  const file = join(folder, SETTINGS_FILE);
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw invalid([`${file} cannot be read (${code}).`]);
  }
  const fault = findFault(text);
  if (fault !== undefined) {
    const { line, column } = positionOf(text, fault.at, 1, 1);
    throw invalid([`${SETTINGS_FILE}:${line}:${column}: not JSON: ${fault.what}.`]);
  }
  const { $schema: _, profiles = {}, ...values } = objectOf(JSON.parse(text));
  const lines = linesOfKeys(text);
  const about = (of: object, all: Flags): Complaint[] =>
    Object.entries(of).flatMap(([name, value]) => complaintsAbout(name, value, all));
  const complaints = [...about(values, known), ...complaintsAboutProfiles(profiles, known, about)];
  if (complaints.length > 0)
    throw invalid(complaints.map(({ path, what }) => `${placeOf(path, lines)}: ${what}`));
  return { folder, values, profiles: profiles as SettingsFile['profiles'] };
}

/**
 * Where a settings file moves the ledger away from the place where it is, a run would find an empty one and create
 * everything once more.
 * @throws HireSyncError CONFIG_INVALID when only the default place has a ledger
 */
export function refuseLeftLedger({ folder, values }: SettingsFile): void {
  if (typeof values.ledger !== 'string') return;
  const here = resolve(folder, values.ledger);
  const left = resolve(folder, String(SETTINGS.ledger.default));
  if (here === left || existsSync(here) || !existsSync(left)) return;
  throw invalid([
    `${SETTINGS_FILE} has the ledger at ${here}, where there is none, but there is one at ${left}. ` +
      'With an empty ledger every record would be taken for new. While no run goes on, move it with all that lies beside it ' +
      `(ledger.db*, ledger.head, ledger.forgotten, runs/, probe.json), or take "ledger" out of ${SETTINGS_FILE}. For one run, --ledger says which one is meant.`,
  ]);
}

/** The JSON Schema of the settings file. */
export function settingsJsonSchema(known: Flags = SETTINGS): object {
  const shapeOf = (flags: Flags) => {
    const shape = Object.entries(flags).map(([name, { schema, help, default: value }]) => {
      const described = schema.optional().describe(helpIn(help, 'en'));
      return [name, value === undefined ? described : described.meta({ default: value })] as const;
    });
    return Object.fromEntries(shape);
  };
  const profile = z.strictObject(shapeOf({ ...known, ...TENANT_SETTINGS }));
  const schema = z.strictObject({
    $schema: z.string().optional(),
    ...shapeOf(known),
    profiles: z.record(z.string(), profile).optional().describe('settings by the names that --profile takes'),
  });
  return { title: SETTINGS_FILE, ...z.toJSONSchema(schema) };
}

interface Complaint {
  /** Names from the top of the file down. */
  readonly path: readonly string[];
  readonly what: string;
}

function complaintsAboutProfiles(
  profiles: unknown,
  known: Flags,
  about: (of: object, known: Flags) => Complaint[],
): Complaint[] {
  const isObject = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(profiles))
    return [{ path: ['profiles'], what: 'profiles must be an object with one object per profile.' }];
  return Object.entries(profiles).flatMap(([name, profile]): Complaint[] => {
    const path = ['profiles', name];
    if (!PROFILE_FLAG.schema.safeParse(name).success)
      return [{ path, what: `"${name}" is no name for a profile: ${helpIn(PROFILE_FLAG.allowed, 'en')}` }];
    if (!isObject(profile)) return [{ path, what: `profile "${name}" must be an object.` }];
    return about(profile, { ...known, ...TENANT_SETTINGS }).map((one) => ({
      ...one,
      path: [...path, ...one.path],
    }));
  });
}

function complaintsAbout(name: string, value: unknown, known: Flags): Complaint[] {
  const flag = Object.hasOwn(known, name) ? known[name] : undefined;
  if (flag === undefined) return [{ path: [name], what: unknown(name, Object.keys(known)) }];
  const parsed = flag.schema.safeParse(value);
  if (parsed.success) {
    const what = flag.objection?.(value, 'file')?.en ?? null;
    return what === null ? [] : [{ path: [name], what: `${name} ${what}` }];
  }
  return parsed.error.issues.flatMap((issue) => {
    const path = [name, ...issue.path.map(String)];
    if (issue.code !== 'unrecognized_keys') return [{ path, what: wrong(path, value, flag, issue.message) }];
    return issue.keys.map((key) => ({ path: [...path, key], what: unknown(key, namesAt(flag, issue.path)) }));
  });
}

const SECRET = /secret|passw|token|credential|api_?key|private_?key/i;

function unknown(name: string, names: readonly string[]): string {
  if (SECRET.test(name))
    return (
      `"${name}" looks like a secret, and this file is no place for one. Secrets come from the environment: ` +
      'FEISHU_APP_SECRET, or FEISHU_APP_SECRET_FILE with the name of a file that only you can read.'
    );
  const [near] = nearest(name, names);
  if (near !== undefined) return `there is no setting "${name}". Did you mean "${near}"?`;
  return `there is no setting "${name}". There is: ${names.join(', ')}. What is meant for one run only stays on the command line.`;
}

function wrong(path: readonly string[], value: unknown, flag: Flag<unknown>, message: string): string {
  const found = path
    .slice(1)
    .reduce((at, step) => (at as Record<string, unknown> | undefined)?.[step], value);
  const what = flag.isUnquoted ? '' : ` is ${shown(found)}`;
  // Only what is nested has no words of its own.
  const allowed = path.length === 1 || flag.isList ? helpIn(flag.allowed, 'en') : message;
  const inQuotes = typeof found === 'string' && flag.schema.safeParse(flag.ofText(found)).success;
  return `${path.join('.')}${what}: ${inQuotes ? `${allowed}, without quotes` : allowed}`;
}

const SHOWN = 60;

function shown(value: unknown): string {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** The names that are known at a place inside a setting. */
function namesAt({ schema }: Flag<unknown>, path: readonly PropertyKey[]): string[] {
  type Node = { readonly properties?: Record<string, Node>; readonly items?: Node };
  const at = path.reduce<Node | undefined>(
    (node, step) => (typeof step === 'number' ? node?.items : node?.properties?.[String(step)]),
    z.toJSONSchema(schema) as Node,
  );
  return Object.keys(at?.properties ?? {});
}

function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw invalid([`${SETTINGS_FILE} must hold one JSON object, such as {"rate": 9}.`]);
}

/** `hire-sync.config.json:3`; of what has no line of its own (an element of a list), that of what it is in. */
function placeOf(path: readonly string[], lines: ReadonlyMap<string, number>): string {
  const line = path.map((_, end) => lines.get(path.slice(0, path.length - end).join('.'))).find(Boolean);
  return line === undefined ? SETTINGS_FILE : `${SETTINGS_FILE}:${line}`;
}

/** On which line each name of a JSON text stands, by its path from the top: `notify.url`. */
function linesOfKeys(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const above: string[] = [];
  let key = '';
  let line = 1;
  for (const [token, name] of text.matchAll(/("(?:[^"\\]|\\.)*")(?=\s*:)|"(?:[^"\\]|\\.)*"|[{}[\]\n]/g)) {
    if (token === '\n') line++;
    else if (token === '{' || token === '[') above.push(key);
    else if (token === '}' || token === ']') above.pop();
    else if (name !== undefined) {
      key = String(JSON.parse(name));
      lines.set([...above.slice(1), key].join('.'), line);
    }
  }
  return lines;
}

function invalid(complaints: readonly string[]): HireSyncError {
  return new HireSyncError('CONFIG_INVALID', complaints.join('\n'));
}
