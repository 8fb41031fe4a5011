import type { Json, Payload } from '../model.ts';
import { fingerprintOf } from './canonical.ts';
import type { Shape } from './shape.ts';

/** How the objects of a target are read. */
export interface Shows {
  readonly shape: Shape;
  /** See `Target.readBack`. */
  readonly readBack: (found: Readonly<Record<string, unknown>>) => unknown;
}

/**
 * An object as Feishu shows it, as the payload that it amounts to. Numbers that are shown as text (and the other way
 * round), and 0 or `''` for a value that is absent, are evened out here and nowhere else. Unlike a draft, an answer may
 * hold anything: what does not fit the shape (a masked list, say) is kept as it is, and never throws.
 */
export function shownPayload({ shape, readBack }: Shows, found: Readonly<Record<string, unknown>>): Payload {
  const json = JSON.stringify(ordered(shape, readBack(found)) ?? {});
  return { json, fingerprint: fingerprintOf(json) };
}

const MASKED = /^\*{3,}$/;

/** Whether Feishu shows that there is a value, and not which one: the app may not see it. */
export function isMasked(value: Json | undefined): boolean {
  return typeof value === 'string' && MASKED.test(value.trim());
}

function ordered(shape: Shape, value: unknown): unknown {
  if (value === undefined || value === null || value === '') return undefined;
  switch (shape.kind) {
    case 'text':
    case 'id':
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    case 'instant':
      return numberOf(value) === 0 ? undefined : numberOf(value);
    case 'integer':
      return isNoValue(shape, numberOf(value)) ? undefined : numberOf(value);
    case 'list':
      return Array.isArray(value) ? orderedList(shape, value) : value;
    case 'object':
      return typeof value === 'object' && !Array.isArray(value)
        ? orderedObject(shape, value as Readonly<Record<string, unknown>>)
        : value;
  }
}

function orderedList(shape: Extract<Shape, { kind: 'list' }>, value: readonly unknown[]): unknown {
  if (value.length === 0) return undefined;
  const items = value.map((item) => ordered(shape.of, item) ?? null);
  if (shape.unordered !== true) return items;
  const byText = new Map(items.map((item) => [JSON.stringify(item), item]));
  return [...byText.keys()].sort().map((text) => byText.get(text));
}

function orderedObject(
  { fields }: Extract<Shape, { kind: 'object' }>,
  value: Readonly<Record<string, unknown>>,
): unknown {
  const result: Record<string, unknown> = {};
  for (const { name, shape } of fields) {
    const made = ordered(shape, value[name]);
    if (made !== undefined) result[name] = made;
  }
  return result;
}

const INTEGER = /^\s*-?\d{1,15}\s*$/;

function numberOf(value: unknown): unknown {
  return typeof value === 'string' && INTEGER.test(value) ? Number(value) : value;
}

/** 0 of an enum that has no 0. A score may be 0: whether that is one is told only beside what was sent. */
function isNoValue({ words }: Extract<Shape, { kind: 'integer' }>, value: unknown): boolean {
  return value === 0 && words !== undefined && !(0 in words);
}

/** Whether a shown payload has a readable value at a field's path (without list places), in any element of its lists. */
export function isShownAt(json: string, path: string): boolean {
  let values: readonly Json[] = [JSON.parse(json) as Json];
  for (const name of path.split('.'))
    values = values.flat().flatMap((value) => {
      const inner =
        typeof value === 'object' && value !== null
          ? (value as { readonly [name: string]: Json })[name]
          : undefined;
      return inner === undefined ? [] : [inner];
    });
  return values.flat().some((value) => !isMasked(value));
}

/** Whether a payload has a masked value anywhere. */
export function hasMasked(json: string): boolean {
  return json.includes('***') && [...leavesOf(JSON.parse(json) as Json)].some(isMasked);
}

function* leavesOf(value: Json): Generator<Json> {
  if (typeof value !== 'object' || value === null) yield value;
  else for (const inner of Object.values(value) as Json[]) yield* leavesOf(inner);
}
