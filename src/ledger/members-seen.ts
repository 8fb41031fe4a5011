import type { SqliteDatabase } from './database.ts';
import type { Guarded } from './entries.ts';
import type { Fenced } from './fence.ts';

/** Which members the JSON records of a pipeline have had, in any run: their names, no values. */
export interface MembersSeen {
  of(pipeline: string): ReadonlySet<string>;
  /** Adds names; without a new one nothing is written. */
  add(pipeline: string, names: readonly string[]): void;
}

export function createMembersSeen(database: SqliteDatabase, guarded: Guarded, fenced: Fenced): MembersSeen {
  const select = database.prepare('SELECT names FROM members_seen WHERE pipeline = ?').pluck();
  const keep = database.prepare(
    'INSERT INTO members_seen (pipeline, names) VALUES (?, ?) ON CONFLICT DO UPDATE SET names = excluded.names',
  );
  const of = (pipeline: string): Set<string> => {
    const names = select.get(pipeline) as string | undefined;
    return new Set(names === undefined ? [] : (JSON.parse(names) as string[]));
  };
  return {
    of: guarded(of),
    add: fenced((pipeline: string, names: readonly string[]) => {
      const before = of(pipeline);
      const all = new Set([...before, ...names]);
      if (all.size > before.size) keep.run(pipeline, JSON.stringify([...all].sort()));
    }),
  };
}
