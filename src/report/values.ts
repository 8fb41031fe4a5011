import type { FieldChange, Json } from '../model.ts';
import { shapeAt } from '../plan/labels.ts';
import type { Language, Shape } from '../plan/shape.ts';

/**
 * A payload value as one short text for a list: words for enums, UTC for instants, and for free text its
 * length only, so that a list names no candidate.
 */
export function showValue(shape: Shape | undefined, value: Json | undefined, language: Language): string {
  const zh = language === 'zh';
  if (value === undefined) return zh ? '无' : 'absent';
  switch (shape?.kind) {
    case 'integer':
      return shape.words?.[Number(value)]?.[language] ?? String(value);
    case 'instant':
      return utc(Number(value));
    case 'id':
      return String(value);
    case 'list': {
      const { length } = value as readonly Json[];
      return zh ? `${length} 项` : `list of ${length}`;
    }
    case 'object':
      return zh ? '有' : 'present';
    case 'text':
    case undefined: {
      const { length } = [...String(value)];
      return zh ? `${length} 字文本` : `text of ${length} characters`;
    }
  }
}

/** `2024-03-05 01:05Z`; seconds only where there are some. */
export function utc(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/:00\.000Z$/, 'Z');
}

/** A value of a report that holds values: words, UTC, the text itself; `''` when it is absent. */
export function wholeValue(
  shape: Shape | undefined,
  value: Json | undefined,
  { language, redact }: { readonly language: Language; readonly redact: boolean },
): string {
  if (value === undefined) return '';
  if (shape === undefined || shape.kind === 'text')
    return redact ? showValue(shape, value, language) : String(value);
  return showValue(shape, value, language);
}

/**
 * A field change as changes of single values: an assessment that is added is one change of the payload, and as many
 * for a reader as it has values.
 */
export function* leavesOf(root: Shape, change: FieldChange): Generator<FieldChange> {
  yield* leaves(shapeAt(root, change.path), change);
}

function* leaves(shape: Shape | undefined, change: FieldChange): Generator<FieldChange> {
  const { path, before, after } = change;
  if (shape?.kind === 'list') {
    const length = Math.max(lengthOf(before), lengthOf(after));
    for (let i = 0; i < length; i++)
      yield* leaves(shape.of, { path: `${path}[${i}]`, before: itemAt(before, i), after: itemAt(after, i) });
  } else if (shape?.kind === 'object') {
    for (const { name, shape: inner } of shape.fields) {
      const at = path === '' ? name : `${path}.${name}`;
      yield* leaves(inner, { path: at, before: memberOf(before, name), after: memberOf(after, name) });
    }
  } else if (before !== after) {
    yield change;
  }
}

/** A whole payload (canonical JSON) as what a create sets, value by value. */
export function payloadLeaves(root: Shape, json: string): Iterable<FieldChange> {
  return leaves(root, { path: '', before: undefined, after: JSON.parse(json) as Json });
}

function lengthOf(value: Json | undefined): number {
  return Array.isArray(value) ? value.length : 0;
}

function itemAt(value: Json | undefined, index: number): Json | undefined {
  return Array.isArray(value) ? (value[index] as Json | undefined) : undefined;
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return (value as Readonly<Record<string, Json>>)[name];
}
