import type { Json } from '../model.ts';
import { evenText } from './evening.ts';
import { isList, isObject } from './pair-up.ts';
import type { Shape } from './shape.ts';

/**
 * A text that is the same for all payloads (canonical JSON) that Feishu may show as one another without a claim (see
 * `compareShown`): for finding candidates. Equal keys prove nothing; two records may differ in the seconds of a time.
 */
export function evenKey(shape: Shape, json: string): string {
  return JSON.stringify(evened(shape, JSON.parse(json) as Json) ?? {});
}

const MINUTE_MS = 60_000;

function evened(shape: Shape, value: Json | undefined): Json | undefined {
  if (value === undefined || value === 0) return undefined;
  switch (shape.kind) {
    case 'text':
      return typeof value === 'string' ? evenText(value) || undefined : value;
    case 'instant':
      return typeof value === 'number' ? Math.floor(value / MINUTE_MS) : value;
    case 'id':
    case 'integer':
      return value;
    case 'list': {
      if (!isList(value)) return value;
      const items = value.map((item) => JSON.stringify(evened(shape.of, item) ?? null));
      return items.length === 0 ? undefined : items.sort();
    }
    case 'object': {
      if (!isObject(value)) return value;
      const entries = shape.fields.flatMap(({ name, shape: inner }) => {
        const one = evened(inner, value[name]);
        return one === undefined ? [] : [[name, one] as const];
      });
      return Object.fromEntries(entries);
    }
  }
}
