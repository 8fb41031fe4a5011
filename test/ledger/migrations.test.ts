import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { migrate } from '../../src/ledger/database.ts';
import { openLedger } from '../../src/ledger/ledger.ts';
import { MIGRATIONS } from '../../src/ledger/migrations.ts';
import { aFolder, aPayload } from '../builders.ts';

// The version before the index of settled records.
const BEFORE = 4;

it('knows what an older ledger holds to be settled', () => {
  const file = `${aFolder()}/ledger.db`;
  const older = new Database(file);
  migrate(older, file, MIGRATIONS.slice(0, BEFORE));
  const { json, fingerprint } = aPayload();
  const insert = older.prepare(`
    INSERT INTO entry (pipeline, key, target, external_id, remote_id, state, applied_fingerprint, applied_payload,
      source_payload, held_why, decision, first_attempt_at, last_attempt_at, first_run, last_run)
    VALUES ('p', ?, 'external_interview', ?, ?, 'settled', ?, ?, ?, ?, ?, 1, 1, 'r', 'r')`);
  const add = (key: string, source: string | null, held: string | null, decision: string | null) =>
    insert.run(key, `p:${key}`, `id-${key}`, fingerprint, json, source, held, decision);
  add('free', null, null, null);
  add('kept', '{}', null, null);
  add('held', null, 'somebody asked', null);
  add('skipped', null, null, 'skip');
  older.close();

  const ledger = openLedger({ file, mode: 'write', now: Date.now });
  onTestFinished(() => ledger.close());
  expect(ledger.count('p')).toBe(4);
  expect(ledger.count('q')).toBe(0);
  expect(ledger.settledAs('p', 'free', fingerprint)).toBe('id-free');
  expect(ledger.settledAs('p', 'free', 'another')).toBeUndefined();
  for (const key of ['kept', 'held', 'skipped', 'none'])
    expect(ledger.settledAs('p', key, fingerprint)).toBeUndefined();
});
