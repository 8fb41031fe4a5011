import type { Claim, Habits } from '../difference.ts';
import type { Json } from '../model.ts';
import type { SqliteDatabase } from './database.ts';
import type { Guarded } from './entries.ts';
import type { Fenced } from './fence.ts';

/**
 * What the ledger's tenant is known to make of what it is sent: lengths that texts are cut to, values that it fills in,
 * fields that the app may not see. Each was the answer to a PUT.
 */
export interface HabitBook {
  /** Those of a target. What is learned or forgotten through this book is in it at once. */
  of(target: string): Habits;
  learn(target: string, claim: Claim): void;
  /** The field is shown again. */
  forgetHidden(target: string, path: string): void;
  /** Paths of the fields that are hidden. */
  hiddenIn(target: string): readonly string[];
}

interface Row {
  readonly kind: Claim['kind'];
  readonly path: string;
  readonly value: string;
}

export function createHabitBook(database: SqliteDatabase, guarded: Guarded, fenced: Fenced): HabitBook {
  const read = database.prepare('SELECT kind, path, value FROM feishu_habit WHERE target = ?');
  const learn = database.prepare(
    'INSERT INTO feishu_habit (target, kind, path, value) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const forget = database.prepare(
    "DELETE FROM feishu_habit WHERE target = ? AND kind = 'hidden' AND path = ?",
  );
  // Asked for with every answer: a tenant has a handful at most.
  const known = new Map<string, readonly Row[]>();
  const rowsOf = guarded((target: string): readonly Row[] => {
    const rows = known.get(target) ?? (read.all(target) as Row[]);
    known.set(target, rows);
    return rows;
  });
  const valuesOf = (target: string, kind: Claim['kind'], path: string): readonly unknown[] =>
    rowsOf(target).flatMap((row) =>
      row.kind === kind && row.path === path ? [JSON.parse(row.value) as unknown] : [],
    );
  return {
    of: (target) => ({
      cuts: (path) => valuesOf(target, 'cut', path) as number[],
      defaults: (path) => valuesOf(target, 'default', path) as Json[],
      hidden: (path) => valuesOf(target, 'hidden', path).length > 0,
    }),
    learn: fenced((target: string, claim: Claim) => {
      learn.run(target, claim.kind, claim.path, JSON.stringify(cellOf(claim)));
      known.delete(target);
    }),
    forgetHidden: fenced((target: string, path: string) => {
      forget.run(target, path);
      known.delete(target);
    }),
    hiddenIn: (target) => rowsOf(target).flatMap(({ kind, path }) => (kind === 'hidden' ? [path] : [])),
  };
}

function cellOf(claim: Claim): unknown {
  switch (claim.kind) {
    case 'cut':
      return claim.length;
    case 'default':
      return claim.value;
    case 'hidden':
      return null;
  }
}
