import { HireSyncError } from '../errors.ts';
import type { Checked, UnknownField } from '../plan/canonical.ts';

type Check = (draft: unknown) => Checked;

/** Finds payload fields that the target does not have in any row: these are mistakes of the pipeline, not of the rows. */
export interface StrangeFields {
  /** The check that is to be used for the drafts of rows. */
  readonly check: Check;
  /** @throws HireSyncError PIPELINE_INVALID */
  refuse(pipeline: { readonly name: string; readonly target: { readonly name: string } }): void;
}

interface Suspect extends UnknownField {
  rows: number;
  /** Whether there was a row that could have had it, and had not. */
  cleared: boolean;
}

// What is wrong in all rows is wrong in the first ones: these are kept until then, and no more are looked at.
const FIRST = 1000;

export function createStrangeFields(check: Check): StrangeFields {
  const suspects = new Map<string, Suspect>();
  const accepted: unknown[] = [];
  const suspect = (field: UnknownField): void => {
    const name = field.path.join('.');
    const known = suspects.get(name);
    if (known !== undefined) known.rows++;
    else suspects.set(name, { ...field, rows: 1, cleared: accepted.some((draft) => holds(draft, field)) });
  };
  return {
    check(draft) {
      const checked = check(draft);
      if (!checked.ok) distinct(checked.unknown ?? []).forEach(suspect);
      if (suspects.size === 0) {
        if (checked.ok && accepted.length < FIRST) accepted.push(draft);
      } else {
        const its = checked.ok ? [] : (checked.unknown ?? []).map(({ path }) => path.join('.'));
        for (const [name, one] of suspects) one.cleared ||= !its.includes(name) && holds(draft, one);
      }
      return checked;
    },
    refuse({ name, target }) {
      const strange = [...suspects.values()].filter(({ cleared }) => !cleared);
      if (strange.length === 0) return;
      const fields = strange.map(({ path, near, rows }) => `${path.join('.')} (in ${rows} rows).${near}`);
      throw new HireSyncError(
        'PIPELINE_INVALID',
        `Pipeline "${name}" makes payloads with a field that ${target.name} does not have, in every row: ${fields.join(' ')} The rows are not at fault: correct \`map\` in the pipeline file.`,
      );
    },
  };
}

/** A list may have it in several of its places. */
const distinct = (fields: readonly UnknownField[]): readonly UnknownField[] => [
  ...new Map(fields.map((field) => [field.path.join('.'), field])).values(),
];

/** Whether a draft has an object at the place that a field belongs to. */
function holds(draft: unknown, { path }: UnknownField): boolean {
  let at: readonly unknown[] = [draft];
  for (const name of path.slice(0, -1))
    at = at.flatMap((value) => (isObject(value) ? [value[name]].flat() : []));
  return at.some(isObject);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
