import type { FieldChange, Json } from '../model.ts';
import type { Shape } from './shape.ts';

/**
 * Field by field, what changes between two canonical payloads (JSON texts in canonical form). Lists are
 * compared place by place, their order being part of the payload; of a list that the shape calls `unordered`, what is
 * new and what is gone. Empty if and only if the texts are equal.
 */
export function diffPayloads(shape: Shape, before: string, after: string): readonly FieldChange[] {
  if (before === after) return [];
  const changes: FieldChange[] = [];
  compare('', { shape, before: JSON.parse(before) as Json, after: JSON.parse(after) as Json }, changes);
  return changes;
}

interface Sides {
  readonly shape: Shape | undefined;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

function compare(path: string, { shape, before, after }: Sides, changes: FieldChange[]): void {
  if (isList(before) && isList(after)) {
    const list = shape?.kind === 'list' ? shape : undefined;
    const [old, now] = list?.unordered === true ? sideBySide(before, after) : [before, after];
    for (let i = 0; i < Math.max(old.length, now.length); i++)
      compare(`${path}[${i}]`, { shape: list?.of, before: old[i], after: now[i] }, changes);
  } else if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const inner = shape?.kind === 'object' ? shape.fields.find((field) => field.name === name) : undefined;
      const sides = { shape: inner?.shape, before: before[name], after: after[name] };
      compare(path === '' ? name : `${path}.${name}`, sides, changes);
    }
  } else if (before !== after) {
    changes.push({ path, before, after });
  }
}

type List = readonly (Json | undefined)[];

/** Two sets in the order of the canonical form, equal elements at one place; one that a side does not have leaves a gap. */
function sideBySide(before: readonly Json[], after: readonly Json[]): readonly [List, List] {
  const byText = (set: readonly Json[]) => new Map(set.map((item) => [JSON.stringify(item), item]));
  const [old, now] = [byText(before), byText(after)];
  const all = [...new Set([...old.keys(), ...now.keys()])].sort();
  return [all.map((text) => old.get(text)), all.map((text) => now.get(text))];
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
