import type { FieldChange, Json } from '../model.ts';

/** The path of an element (an assessment, a dimension, an attachment) that a change takes away; undefined where it takes none. */
export function droppedIn(fields: readonly FieldChange[]): string | undefined {
  return fields.find(
    ({ path, before, after }) => after === undefined && (typeof before === 'object' || OWN_LIST.test(path)),
  )?.path;
}

/** An element of a list of the payload itself: a value inside an assessment goes and comes with that. */
const OWN_LIST = /^[^.[]+\[\d+\]$/;

/** An element of a list: which list, and what it says itself, without the lists inside it. */
export interface Element {
  /** The list's path without places, and the element's own values as JSON: equal for equal elements. */
  readonly id: string;
  /** Its own texts. */
  readonly texts: readonly string[];
}

/** The elements of all lists in a payload, at any depth. */
export function elementsIn(json: string): readonly Element[] {
  const found: Element[] = [];
  collect('', JSON.parse(json) as Json, found);
  return found;
}

/** Elements of `before` that `after` has fewer of. */
export function lostElements(before: readonly Element[], after: readonly Element[]): readonly Element[] {
  const left = new Map<string, number>();
  for (const { id } of after) left.set(id, (left.get(id) ?? 0) + 1);
  return before.filter(({ id }) => {
    const count = left.get(id) ?? 0;
    left.set(id, count - 1);
    return count <= 0;
  });
}

function collect(path: string, value: Json, found: Element[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) {
      if (typeof item === 'object' && item !== null) found.push(elementOf(path, item));
      else if (!path.includes('.'))
        found.push({ id: `${path} ${JSON.stringify(item)}`, texts: [String(item).trim()] });
      collect(path, item, found);
    }
    return;
  }
  for (const [name, inner] of Object.entries(value))
    collect(path === '' ? name : `${path}.${name}`, inner, found);
}

function elementOf(path: string, value: object): Element {
  const own = Object.entries(value).filter(([, inner]) => typeof inner !== 'object');
  const texts = own.flatMap(([, inner]) => (typeof inner === 'string' ? [inner.trim()] : []));
  return { id: `${path} ${JSON.stringify(own)}`, texts };
}
