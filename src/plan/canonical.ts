import { hash } from 'node:crypto';
import type { z } from 'zod';
import type { Json, Payload, Problem } from '../model.ts';
import { shapeAt } from './labels.ts';
import { createQuickCheck, isAbsent } from './quick-check.ts';
import type { Shape } from './shape.ts';

/**
 * The one definition of sameness. Two drafts are the same payload if and only if their canonical JSON is:
 * fields in the shape's order; absent, `null`, `''` and `[]` are all "absent"; numbers as JSON spells them;
 * lists keep their order, unless the shape calls them `unordered`; `7` and `"7"` differ.
 */
export function canonicalJson(shape: Shape, value: unknown): string {
  // One call for all of it: the built-in writer is several times faster on a whole than on its parts.
  return JSON.stringify(ordered(shape, value) ?? {});
}

/** The hex SHA-256 that stands for a canonical text in the ledger. */
export function fingerprintOf(json: string): string {
  return hash('sha256', json, 'hex');
}

/** What `check` makes of a draft. */
export type Checked =
  /** `dateMs`: the payload's date, epoch ms, by which an old export is recognised. */
  | { readonly ok: true; readonly payload: Payload; readonly dateMs: number | null }
  /** `unknown`: fields that the target does not have, which are the pipeline's fault and not the row's. */
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly unknown?: readonly UnknownField[] };

/** A field of a draft that its target does not have. */
export interface UnknownField {
  /** The names that lead to it, without places in lists. */
  readonly path: readonly string[];
  /** What is added about it: ` Did you mean "conclusion"?`, or `''`. */
  readonly near: string;
}

/**
 * Validates a mapping's draft against the target's schema and brings it into canonical form. Where the shape is exact, it
 * does both in one pass, and the schema is asked only for what it does not take: to name what is wrong.
 * @param showInstant epoch ms as messages show them
 * @param suggest what is added about a field that is none: the nearest of the names that are, or `''`
 */
export function createCheck(
  target: {
    readonly schema: z.ZodType;
    readonly shape: Shape;
    readonly shapeIsExact?: boolean;
    readonly dateField: string;
  },
  showInstant: ShowInstant = (ms) => new Date(ms).toISOString(),
  suggest: Suggest = () => '',
): (draft: unknown) => Checked {
  const quick = target.shapeIsExact === true ? createQuickCheck(target.shape) : undefined;
  return (draft) => {
    const json = quick?.(draft);
    if (json !== undefined) return good(json, draft, target.dateField);
    const pruned = prune(draft);
    const parsed = target.schema.safeParse(pruned);
    if (!parsed.success)
      return bad(parsed.error.issues, { pruned, shape: target.shape, showInstant, suggest });
    return good(canonicalJson(target.shape, parsed.data), parsed.data, target.dateField);
  };
}

function good(json: string, payload: unknown, dateField: string): Checked {
  return {
    ok: true,
    payload: { json, fingerprint: fingerprintOf(json) },
    dateMs: dateOf(payload, dateField),
  };
}

function bad(
  issues: readonly z.core.$ZodIssue[],
  {
    pruned,
    shape,
    showInstant,
    suggest,
  }: {
    readonly pruned: unknown;
    readonly shape: Shape;
    readonly showInstant: ShowInstant;
    readonly suggest: Suggest;
  },
): Checked {
  const unknown: UnknownField[] = [];
  const problems = issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return problemsOf(issue, pruned, showInstant);
    const found = unknownFields(issue, shape, suggest);
    unknown.push(...found);
    return found.map(({ path, near }) => unknownField([...issue.path, path.at(-1) ?? ''], pruned, near));
  });
  return { ok: false, problems, ...(unknown.length > 0 && { unknown }) };
}

function dateOf(payload: unknown, field: string): number | null {
  const value = (payload as Readonly<Record<string, unknown>>)[field];
  return typeof value === 'number' ? value : null;
}

/** The value with the fields of the shape alone, in its order. */
function ordered(shape: Shape, value: unknown): unknown {
  if (isAbsent(value)) return undefined;
  switch (shape.kind) {
    case 'text':
    case 'id':
    case 'integer':
    case 'instant':
      return value;
    case 'list': {
      const items = (value as readonly unknown[]).map((item) => ordered(shape.of, item) ?? null);
      if (shape.unordered !== true) return items;
      const byText = new Map(items.map((item) => [JSON.stringify(item), item]));
      return [...byText.keys()].sort().map((text) => byText.get(text));
    }
    case 'object': {
      const result: Record<string, unknown> = {};
      for (const { name, shape: inner } of shape.fields) {
        const made = ordered(inner, (value as Readonly<Record<string, unknown>>)[name]);
        if (made !== undefined) result[name] = made;
      }
      return result;
    }
  }
}

/** Leaves out what counts as absent, so that the schema sees what would be sent. Unknown names stay, to be refused. */
function prune(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  // Most drafts have nothing to leave out at most places: copied only where they do.
  if (Array.isArray(value)) {
    const items = value.map(prune);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  let copy: Record<string, unknown> | undefined;
  const names = Object.keys(value);
  for (const name of names) {
    const inner = (value as Readonly<Record<string, unknown>>)[name];
    const pruned = isAbsent(inner) ? undefined : prune(inner);
    if (pruned === inner && inner !== undefined) continue;
    copy ??= Object.fromEntries(Object.entries(value));
    if (pruned === undefined) delete copy[name];
    else copy[name] = pruned;
  }
  return copy ?? value;
}

type ShowInstant = (ms: number) => string;
type Suggest = (name: string, known: readonly string[]) => string;

function unknownFields(
  { keys, path }: z.core.$ZodIssueUnrecognizedKeys,
  shape: Shape,
  suggest: Suggest,
): UnknownField[] {
  const object = shapeAt(shape, path);
  const known = object?.kind === 'object' ? object.fields.map(({ name }) => name) : [];
  const names = path.filter((part) => typeof part === 'string');
  return keys.map((name) => ({ path: [...names, name], near: suggest(name, known) }));
}

/** A mistake in the pipeline, not in the row: the message names the field that may be meant. */
function unknownField(path: readonly PropertyKey[], draft: unknown, near: string): Problem {
  const value = at(draft, path);
  const meant = near.replace(/^ Did you mean (.*)\?$/, '，是否为 $1');
  const zh = `${quotedIn(value)}写在“${pathText(path)}”，飞书没有这个字段${meant}（请技术人员修改同步规则）`;
  const message = `is not a field of the payload at this place${near === '' ? '' : `.${near}`}`;
  return { ...problem(path, value, message), zh };
}

function problemsOf(issue: z.core.$ZodIssue, draft: unknown, showInstant: ShowInstant): Problem[] {
  const value = at(draft, issue.path);
  const instant: unknown = issue.code === 'custom' ? issue.params?.instant : undefined;
  if (typeof instant === 'number' && typeof value === 'number') {
    const message = `${showInstant(value)} ${issue.message}, ${showInstant(instant)}`;
    const zh = `${showInstant(value)} 早于 ${issue.message.replace(/^is before /, '')}（${showInstant(instant)}）`;
    return [{ code: 'PAYLOAD_INVALID', field: pathText(issue.path), value: String(value), zh, message }];
  }
  const missing = value === undefined && issue.code === 'invalid_type';
  const found = problem(issue.path, value, missing ? 'is required and missing' : issue.message);
  return [
    { ...found, zh: missing ? '必须有值，而没有值' : `${quotedIn(value)}不符合飞书的要求${limitIn(issue)}` },
  ];
}

/** What Feishu takes instead, in Chinese, where the schema says it as data. */
function limitIn(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_big':
      return `：最大 ${issue.maximum}`;
    case 'too_small':
      return `：最小 ${issue.minimum}`;
    case 'invalid_value':
      return `：可填 ${issue.values.map(String).join('、')}`;
    default:
      return '';
  }
}

function problem(path: readonly PropertyKey[], value: unknown, message: string): Problem {
  return {
    code: 'PAYLOAD_INVALID',
    field: pathText(path),
    value: shown(value),
    message: `${quotedIn(value)}${message}`,
  };
}

/** The value with a blank behind it. Long ones (a comment, a list) would hide what is wrong with them. */
function quotedIn(value: unknown): string {
  const text = shown(value);
  return text === '' || text.length > 60 ? '' : `${JSON.stringify(value)} `;
}

/** `['a', 0, 'b']` → `a[0].b` */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, part) => (inner as Record<PropertyKey, unknown> | undefined)?.[part],
    value,
  );
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value as Json);
}
