import type { ChangeKind } from '../model.ts';
import type { Shape } from '../plan/shape.ts';
import { type CodedVerdict, leafAt } from '../plan/verdicts.ts';

/** Counts what the payloads of a night hold where a verdict stands, whatever made it. */
export interface VerdictValues {
  /** The draft of a row that is right so far. */
  note(draft: unknown): void;
  /** What is done about that row: one that does not go in is not counted. */
  settle(kind: ChangeKind): void;
  /** By payload path; free text is never in it. */
  counts(): readonly CodedVerdict[];
}

export function createVerdictValues({
  shape,
  verdicts = [],
}: {
  readonly shape: Shape;
  readonly verdicts?: readonly string[];
}): VerdictValues {
  const fields = verdicts
    .filter((path) => leafAt(shape, path)?.kind === 'integer')
    .map((path) => ({ path, names: path.split('.'), values: new Map<number, number>() }));
  let pending: unknown;
  return {
    note(draft) {
      pending = draft;
    },
    settle(kind) {
      if (kind !== 'rejected' && pending !== undefined)
        for (const { names, values } of fields)
          for (const value of valuesAt(pending, names)) values.set(value, (values.get(value) ?? 0) + 1);
      pending = undefined;
    },
    counts: () =>
      fields
        .filter(({ values }) => values.size > 0)
        .map(({ path, values }) => ({
          path,
          values: [...values].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count),
        })),
  };
}

function valuesAt(at: unknown, [name, ...rest]: readonly string[]): readonly number[] {
  if (Array.isArray(at))
    return at.flatMap((item) => valuesAt(item, name === undefined ? [] : [name, ...rest]));
  if (name === undefined) return typeof at === 'number' ? [at] : [];
  if (typeof at !== 'object' || at === null) return [];
  return valuesAt((at as Readonly<Record<string, unknown>>)[name], rest);
}
