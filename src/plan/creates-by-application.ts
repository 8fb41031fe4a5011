import type Database from 'better-sqlite3';
import { once } from '../lazily.ts';
import { plannedChange, type Row } from './change-row.ts';
import type { PlanStore } from './plan-store.ts';
import type { PlannedChange } from './planned.ts';

const APPLICATION = `json_extract(payload, '$.external_application_id')`;

/**
 * The planned creates by their application. The index is made when it is asked for, with the statements that need it:
 * most plans are never looked at this way.
 */
export function createCreatesByApplication(
  database: Database.Database,
): Pick<PlanStore, 'sampleCreates' | 'applications' | 'createsOf' | 'createsEqual' | 'adoptsOf'> {
  const statements = once(() => {
    database.exec(`CREATE INDEX change_application ON change (${APPLICATION}) WHERE kind = 'create'`);
    // Left to itself SQLite takes the index of kinds, and reads every payload for every page.
    const from = `FROM change INDEXED BY change_application WHERE kind = 'create' AND ${APPLICATION}`;
    return {
      names: database.prepare(`SELECT DISTINCT ${APPLICATION} ${from} > ? ORDER BY 1 LIMIT ?`).pluck(),
      creates: database.prepare(`SELECT * ${from} = ? ORDER BY seq`),
    };
  });
  const adopts = once(() => {
    database.exec(`CREATE INDEX change_adopted ON change (${APPLICATION}) WHERE kind = 'adopt'`);
    return database.prepare(
      `SELECT * FROM change INDEXED BY change_adopted WHERE kind = 'adopt' AND ${APPLICATION} = ? ORDER BY seq`,
    );
  });
  const equal = once(() => {
    database.exec(`CREATE INDEX change_fingerprint ON change (fingerprint) WHERE kind = 'create'`);
    return database.prepare(
      `SELECT * FROM change INDEXED BY change_fingerprint WHERE kind = 'create' AND fingerprint = ? ORDER BY seq LIMIT ?`,
    );
  });
  // Multiples of the golden ratio: spread over the whole plan, and no pattern of the export (every fourth row, say) meets it.
  const spread = database
    .prepare(`
    SELECT application FROM (
      SELECT ${APPLICATION} AS application, row_number() OVER (ORDER BY seq) AS n FROM change WHERE kind = 'create'
    ) ORDER BY n * 618033989 % 1000000007 LIMIT ?`)
    .pluck();
  const createsOf = (application: string): PlannedChange[] =>
    (statements().creates.all(application) as Row[]).map(plannedChange);
  return {
    // Several creates have one application.
    sampleCreates: (limit) => new Set([...new Set(spread.all(limit * 5) as string[])].slice(0, limit)),
    applications: (after, limit) => statements().names.all(after, limit) as string[],
    createsOf,
    adoptsOf: (application) => (adopts().all(application) as Row[]).map(plannedChange),
    createsEqual: (fingerprint, limit) => (equal().all(fingerprint, limit) as Row[]).map(plannedChange),
  };
}
