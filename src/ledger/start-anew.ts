import type { SqliteDatabase } from './database.ts';

/**
 * Makes a record one that was never created, whose next create has an `external_id` that Feishu has never seen: to the
 * old one it would answer the old id, or refuse it. Runs inside the ledger's transactions.
 */
export function createStartAnew(database: SqliteDatabase): (pipeline: string, key: string) => void {
  const drop = database.prepare('DELETE FROM entry WHERE pipeline = @pipeline AND key = @key');
  // Requests that lost their answer are no longer in doubt: somebody, or Feishu, has decided.
  const close = database.prepare(
    "UPDATE attempt SET outcome = 'decided' WHERE pipeline = @pipeline AND key = @key AND outcome IS NULL",
  );
  const nextKey = database.prepare(`
    INSERT INTO generation (pipeline, key, n) VALUES (@pipeline, @key, 2)
    ON CONFLICT DO UPDATE SET n = n + 1`);
  return (pipeline, key) => {
    for (const statement of [drop, close, nextKey]) statement.run({ pipeline, key });
  };
}
