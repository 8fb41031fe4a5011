import { eachChange, type PlanStore } from './plan-store.ts';

/** In how many updates a field (its path without list places) changes, and in how many of them it becomes empty. */
export interface FieldTally {
  readonly changed: number;
  readonly emptied: number;
}

/** By field, over the updates that stand in the plan now: what is held or rejected by the end does not count. */
export function fieldTallies(store: Pick<PlanStore, 'page'>): ReadonlyMap<string, FieldTally> {
  const fields = new Map<string, FieldTally>();
  for (const { change } of eachChange(store, ['update'])) {
    if (change.kind !== 'update') continue;
    const paths = Map.groupBy(change.fields, ({ path }) => path.replaceAll(/\[\d+\]/g, ''));
    for (const [path, changes] of paths) {
      const { changed, emptied } = fields.get(path) ?? { changed: 0, emptied: 0 };
      const empties = changes.some(({ after }) => after === undefined);
      fields.set(path, { changed: changed + 1, emptied: emptied + (empties ? 1 : 0) });
    }
  }
  return fields;
}
