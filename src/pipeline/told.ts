import type { Told } from '../difference.ts';
import type { Json } from '../model.ts';
import { fieldLabel, fieldsAt } from '../plan/labels.ts';
import type { Shape } from '../plan/shape.ts';
import type { ShownOtherwise } from '../result/report.ts';
import type { Pipeline } from './define.ts';

/** Counts how Feishu shows what a run has written, field by field. */
export interface ToldTally {
  /** Of one record. */
  readonly add: (differences: readonly Told[]) => void;
  end(): readonly ShownOtherwise[];
}

interface Counted {
  readonly told: Told;
  records: number;
  longest: number;
  length: number;
}

export function createTold({ target: { shape }, accepts }: Pick<Pipeline, 'target' | 'accepts'>): ToldTally {
  const counted = new Map<string, Counted>();
  return {
    add(differences) {
      const met = new Set<Counted>();
      for (const told of differences) {
        const name = nameOf(told);
        const one = counted.get(name) ?? { told, records: 0, longest: 0, length: 0 };
        counted.set(name, one);
        if (told.kind === 'cut') {
          one.longest = Math.max(one.longest, told.sentLength);
          one.length = Math.max(one.length, told.length);
        }
        if (!met.has(one)) one.records++;
        met.add(one);
      }
    },
    end: () =>
      [...counted.entries()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, { told, records, longest, length }]): ShownOtherwise => {
          const { kind, path } = told;
          const label = fieldLabel(shape, path);
          const isLost = kind === 'cut' || kind === 'other';
          const lost = !isLost ? null : (accepts[kind] ?? []).includes(path) ? 'accepted' : 'open';
          return {
            kind,
            path,
            label,
            records,
            lost,
            ...(kind === 'cut' && { length, longest }),
            ...(kind === 'floored' && { toMs: told.toMs }),
            ...(kind === 'default' && isTellable(shape, path) && { value: told.value }),
          };
        }),
  };
}

/** Free text may be a candidate's. */
function isTellable(shape: Shape, path: string): boolean {
  const kind = fieldsAt(shape, path)?.at(-1)?.shape.kind;
  return kind === 'integer' || kind === 'instant';
}

/** What is told as one: texts cut to several lengths are. */
function nameOf(told: Told): string {
  const value: Json = told.kind === 'floored' ? told.toMs : told.kind === 'default' ? told.value : null;
  return JSON.stringify([told.path, told.kind, value]);
}
