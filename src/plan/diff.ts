import type { FieldChange, Json } from '../model.ts';
import type { Shape } from './shape.ts';

/**
 * Field by field, what changes between two canonical payloads (JSON texts in canonical form). Lists are compared place by
 * place, their order being part of the payload; of a set, what is gone and what has come is told. Empty if and only if the
 * texts are equal.
 */
export function diffPayloads(before: string, after: string, shape: Shape): readonly FieldChange[] {
  if (before === after) return [];
  const changes: FieldChange[] = [];
  compare('', shape, JSON.parse(before) as Json, JSON.parse(after) as Json, changes);
  return changes;
}

function compare(
  path: string,
  shape: Shape | undefined,
  before: Json | undefined,
  after: Json | undefined,
  changes: FieldChange[],
): void {
  if (isList(before) && isList(after)) {
    const list = shape?.kind === 'list' ? shape : undefined;
    if (list?.unordered === true) changes.push(...membersChanged(path, before, after));
    else
      for (let i = 0; i < Math.max(before.length, after.length); i++)
        compare(`${path}[${i}]`, list?.of, before[i], after[i], changes);
  } else if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const inner = shape?.kind === 'object' ? shape.fields.find((field) => field.name === name) : undefined;
      compare(path === '' ? name : `${path}.${name}`, inner?.shape, before[name], after[name], changes);
    }
  } else if (before !== after) {
    changes.push({ path, before, after });
  }
}

/** A member that is gone stands at its old place; one that has come is counted on after them, so that no two share a path. */
function membersChanged(path: string, before: readonly Json[], after: readonly Json[]): FieldChange[] {
  const [old, now] = [before, after].map((list) => new Set(list.map((item) => JSON.stringify(item))));
  const gone = before.flatMap((item, i) =>
    now?.has(JSON.stringify(item)) ? [] : [{ path: `${path}[${i}]`, before: item, after: undefined }],
  );
  const come = after
    .filter((item) => !old?.has(JSON.stringify(item)))
    .map((item, i) => ({ path: `${path}[${before.length + i}]`, before: undefined, after: item }));
  return [...gone, ...come];
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
