import type { FieldChange, Json } from '../model.ts';

/**
 * Field by field, what changes between two canonical payloads (JSON texts in canonical form). Lists are
 * compared place by place, their order being part of the payload. Empty if and only if the texts are equal.
 */
export function diffPayloads(before: string, after: string): readonly FieldChange[] {
  if (before === after) return [];
  const changes: FieldChange[] = [];
  compare('', JSON.parse(before) as Json, JSON.parse(after) as Json, changes);
  return changes;
}

function compare(
  path: string,
  before: Json | undefined,
  after: Json | undefined,
  changes: FieldChange[],
): void {
  if (isList(before) && isList(after)) {
    for (let i = 0; i < Math.max(before.length, after.length); i++)
      compare(`${path}[${i}]`, before[i], after[i], changes);
  } else if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(path === '' ? name : `${path}.${name}`, before[name], after[name], changes);
    }
  } else if (before !== after) {
    changes.push({ path, before, after });
  }
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
