import type { FieldChange, Json } from '../model.ts';
import { shapeAt } from '../plan/labels.ts';
import type { Bilingual, Language, Shape } from '../plan/shape.ts';
import { w } from './sentences.ts';
import { wallTime } from './times.ts';

/** The language of a report, and the zone of its times. */
interface Spoken {
  readonly language: Language;
  readonly zone: string;
}

/** The word that an enum has for a value; undefined where the shape is none, or has none for it. */
export function wordOf(shape: Shape | null | undefined, value: Json): Bilingual | undefined {
  return shape?.kind === 'integer' && typeof value === 'number' ? shape.words?.[value] : undefined;
}

/**
 * A payload value as one short text for a list: words for enums, wall-clock time for instants, and for free text its
 * length only, so that a list names no candidate.
 */
export function showValue(
  shape: Shape | undefined,
  value: Json | undefined,
  { language, zone }: Spoken,
): string {
  if (value === undefined) return VALUE_WORDS.absent[language];
  const said = saidOf(shape, value, zone);
  if (said !== undefined) return said[language];
  if (shape?.kind === 'list') return VALUE_WORDS.list((value as readonly Json[]).length)[language];
  if (shape?.kind === 'object') return VALUE_WORDS.present[language];
  return VALUE_WORDS.text([...String(value)].length)[language];
}

/** An enum, number, instant or id as people read it; undefined for texts, lists and objects. */
export function saidOf(shape: Shape | undefined, value: Json, zone: string): Bilingual | undefined {
  const word = wordOf(shape, value);
  if (word !== undefined) return word;
  const isPlain = shape?.kind === 'integer' || shape?.kind === 'id';
  const text =
    shape?.kind === 'instant' ? wallTime(Number(value), zone) : isPlain ? String(value) : undefined;
  return text === undefined ? undefined : w(text, text);
}

export const VALUE_WORDS = {
  absent: w('无', 'absent'),
  present: w('有', 'present'),
  list: (length: number) => w(`${length} 项`, `list of ${length}`),
  text: (length: number) => w(`${length} 字文本`, `text of ${length} characters`),
} as const;

/** A value of a report that holds values: words, times, the text itself; `''` when it is absent. */
export function wholeValue(
  shape: Shape | undefined,
  value: Json | undefined,
  { redact, ...spoken }: Spoken & { readonly redact: boolean },
): string {
  if (value === undefined) return '';
  const isText = shape === undefined || shape.kind === 'text';
  return isText && !redact ? String(value) : showValue(shape, value, spoken);
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
