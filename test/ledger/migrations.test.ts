import Database from 'better-sqlite3';
import { expect, it, onTestFinished } from 'vitest';
import { migrate } from '../../src/ledger/database.ts';
import { openLedger } from '../../src/ledger/ledger.ts';
import { MIGRATIONS } from '../../src/ledger/migrations.ts';
import { fingerprintOf } from '../../src/plan/canonical.ts';
import type { Reason } from '../../src/reason.ts';
import { aFolder, aPayload } from '../builders.ts';

// The version before the index of settled records.
const BEFORE = 4;

/** The fingerprint of an empty payload. */
const OF_NOTHING = fingerprintOf('{}');

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
  // Nobody kept how Feishu showed it then.
  expect(ledger.find('p', 'free')?.shown).toBeUndefined();
  expect(ledger.settledAs('p', 'free', 'another')).toBeUndefined();
  for (const key of ['kept', 'held', 'skipped', 'none'])
    expect(ledger.settledAs('p', key, fingerprint)).toBeUndefined();
});

it('takes the sentences of an older ledger over as reasons', () => {
  const file = `${aFolder()}/ledger.db`;
  const older = new Database(file);
  // The version that kept why a record is held as a sentence.
  migrate(older, file, MIGRATIONS.slice(0, 5));
  const sentences: readonly (readonly [was: string, is: Reason])[] = [
    ['missing in Feishu: 700001 no longer exists there', { code: 'missing-in-feishu', remoteId: '700001' }],
    [
      'conflict: Feishu answered its create with 700002, which another record owns',
      { code: 'owned-by-another', remoteId: '700002' },
    ],
    [
      'ambiguous: 2 equal objects in Feishu (700003, 700004) for 1 open create',
      { code: 'ambiguous-objects', ids: ['700003', '700004'], records: 1 },
    ],
    [
      'ambiguous: 3 equal objects in Feishu (1, 2, 3) for 2 open creates',
      { code: 'ambiguous-objects', ids: ['1', '2', '3'], records: 2 },
    ],
    [
      'refused repeat: Feishu refused to create it again, and it is not to be found under its application',
      { code: 'refused-repeat' },
    ],
    [
      'undo: its delete was sent and no answer settled it; `hire-sync undo --run 20261121-001930-3f9a2c` goes on',
      { code: 'undo-delete-in-doubt', run: '20261121-001930-3f9a2c' },
    ],
    ['by "hand", 王', { code: 'held-by-older-version', words: 'by "hand", 王' }],
  ];
  const insert = older.prepare(`
    INSERT INTO entry (pipeline, key, target, external_id, remote_id, state, applied_fingerprint, applied_payload,
      held_why, first_attempt_at, last_attempt_at, first_run, last_run)
    VALUES ('p', @key, 'external_interview', @key, @key, 'settled', '${OF_NOTHING}', '{}', @was, 1, 1, 'r', 'r')`);
  const aside = older.prepare(`
    INSERT INTO replaced (run, pipeline, key, target, external_id, remote_id, applied_fingerprint, applied_payload,
      first_attempt_at, last_attempt_at, first_run, last_run, held_why)
    VALUES ('r', 'p', @key, 'external_interview', @key, @key, '${OF_NOTHING}', '{}', 1, 1, 'r', 'r', @was)`);
  for (const [i, [was]] of sentences.entries())
    for (const statement of [insert, aside]) statement.run({ key: `K${i}`, was });
  insert.run({ key: 'free', was: null });
  older.close();

  const ledger = openLedger({ file, mode: 'write', now: Date.now });
  expect(sentences.map((_, i) => ledger.find('p', `K${i}`)?.held)).toEqual(sentences.map(([, is]) => is));
  expect(ledger.find('p', 'free')?.held).toBeNull();
  expect(ledger.settledAs('p', 'free', OF_NOTHING)).toBe('free');
  expect(ledger.settledAs('p', 'K0', OF_NOTHING)).toBeUndefined();
  ledger.close();
  const newer = new Database(file, { readonly: true });
  onTestFinished(() => void newer.close());
  const kept = newer.prepare('SELECT held_reason FROM replaced ORDER BY key').pluck().all() as string[];
  expect(kept.map((json) => JSON.parse(json) as Reason)).toEqual(sentences.map(([, is]) => is));
});
