import { HireSyncError } from '../errors.ts';
import type { SqliteDatabase } from './database.ts';
import type { Fenced } from './fence.ts';

/** The tables whose rows belong to a pipeline; what its bytes were known by goes with its code, and is dropped. */
const TABLES = [
  'entry',
  'waiting',
  'generation',
  'attempt',
  'version',
  'plan_use',
  'replaced',
  'run',
  'restored',
  'decided',
  'members_seen',
  'refused',
  'forgotten',
  'forgetting',
] as const;

/**
 * Gives a pipeline's records and runs another name, all or none, and returns how many records have it now. Their keys in
 * Feishu (`external_id`) stay as they were.
 * @throws HireSyncError CONFIG_INVALID when there is no such pipeline, or one of the new name
 */
export function createRenamePipeline(
  database: SqliteDatabase,
  fenced: Fenced,
  file: string,
): (from: string, to: string) => number {
  const names = database
    .prepare(['entry', 'waiting', 'run'].map((table) => `SELECT pipeline FROM ${table}`).join(' UNION '))
    .pluck();
  const records = database.prepare('SELECT count(*) FROM entry WHERE pipeline = ?').pluck();
  const waiting = database.prepare('SELECT 1 FROM waiting WHERE pipeline = ? LIMIT 1').pluck();
  const renames = TABLES.map((table) =>
    database.prepare(`UPDATE OR REPLACE ${table} SET pipeline = @to WHERE pipeline = @from`),
  );
  const drops = ['raw_mark', 'raw_context'].map((table) =>
    database.prepare(`DELETE FROM ${table} WHERE pipeline = ?`),
  );
  return fenced((from, to) => {
    const known = names.all() as string[];
    if (!known.includes(from)) {
      const there = known.length === 0 ? 'none' : known.join(', ');
      throw new HireSyncError(
        'CONFIG_INVALID',
        `The ledger ${file} knows no pipeline "${from}"; there is: ${there}.`,
      );
    }
    // A run of the new name that a guard has stopped has no records.
    if ((records.get(to) as number) > 0 || waiting.get(to) !== undefined) {
      throw new HireSyncError(
        'CONFIG_INVALID',
        `The ledger ${file} has records of a pipeline "${to}" already (${records.get(to)}): nobody could tell whose records are whose. Nothing was changed.`,
      );
    }
    // First: with them every renamed record would look for its mark.
    for (const drop of drops) drop.run(from);
    for (const rename of renames) rename.run({ from, to });
    return records.get(to) as number;
  });
}
