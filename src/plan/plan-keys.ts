import type Database from 'better-sqlite3';
import type { Origin } from '../model.ts';
import { createKeyFilter, type KeyFilter } from './key-filter.ts';
import { createKeyTable } from './key-table.ts';
import type { Seen } from './planned.ts';

/** Which keys have come by. The first million are known in memory, so that a plan without repeats asks its file nothing. */
export interface PlanKeys {
  /** Notes that the row at `seq` has this key. False where only the table on disk will tell of it. */
  add(key: string, seq: number): boolean;
  /** The first row with this key. */
  seen(key: string): Seen | undefined;
  clear(): void;
}

/**
 * @param indexKeys makes the index of the table's keys, if it is not there yet
 * @param inMemory the rows that are not in the table, by place
 */
export function createPlanKeys(
  database: Database.Database,
  indexKeys: () => void,
  inMemory: (seq: number) => Seen | undefined,
): PlanKeys {
  const COLUMNS = 'seq, kind, file, line, coalesce(sameness, fingerprint) AS sameness';
  const bySeq = database.prepare(`SELECT ${COLUMNS} FROM change WHERE seq = ?`);
  const byKey = database.prepare(`SELECT ${COLUMNS} FROM change WHERE key = ? ORDER BY seq LIMIT 1`);
  const table = createKeyTable();
  // Of the keys for which the table has no room.
  let others: KeyFilter | undefined;
  const seenOf = (found: unknown): Seen | undefined => {
    if (found === undefined) return undefined;
    const { seq, kind, file, line, sameness } = found as Seen & Origin;
    return { seq, kind, origin: { file, line }, sameness };
  };
  return {
    add(key, seq) {
      if (table.find(key) !== undefined) return false;
      if (table.add(key, seq)) return true;
      others ??= createKeyFilter();
      others.add(key);
      return false;
    },
    seen(key) {
      const first = table.find(key);
      if (first !== undefined) return inMemory(first) ?? seenOf(bySeq.get(first));
      if (others?.mayHave(key) !== true) return undefined;
      indexKeys();
      return seenOf(byKey.get(key));
    },
    clear() {
      table.clear();
      others = undefined;
    },
  };
}
