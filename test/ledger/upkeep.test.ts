import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrate, openDatabase } from '../../src/ledger/database.ts';
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import { MIGRATIONS } from '../../src/ledger/migrations.ts';
import { idCsv, idJsonl } from '../../src/report/ids.ts';
import { aFolder, anIntent, aPayload } from '../builders.ts';

const DONE = { outcome: 'done', code: 0, logId: '' } as const;

function aLedger(file = join(aFolder(), 'ledger.db')): Ledger {
  const ledger = openLedger({ file, mode: 'write', now: () => 1_700_000_000_000 });
  onTestFinished(() => ledger.close());
  ledger.leases.acquire('run-1');
  return ledger;
}

function settled(ledger: Ledger, key: string, remoteId: string): void {
  const intent = anIntent({ key });
  ledger.settle(ledger.begin(intent), intent, remoteId, DONE);
}

describe('the tenant', () => {
  it('is bound at first use; another app or address is refused, naming both', () => {
    const ledger = aLedger();
    const tenant = { baseUrl: 'https://open.feishu.cn', appId: 'cli_one' };
    ledger.bind(tenant);
    ledger.bind(tenant);
    expect(() => ledger.bind({ ...tenant, appId: 'cli_two' })).toThrow(
      /belongs to app cli_one .* write to app cli_two/,
    );
    expect(() => ledger.bind({ ...tenant, baseUrl: 'http://127.0.0.1:1' })).toThrow(/127\.0\.0\.1:1/);
  });
});

describe('check', () => {
  it('finds nothing in a sound ledger, open intents included', () => {
    const ledger = aLedger();
    settled(ledger, 'A', '7000000000000000001');
    ledger.begin(anIntent({ key: 'B' }));
    expect(ledger.upkeep.check()).toEqual([]);
    expect(ledger.upkeep.tally()).toEqual([
      { pipeline: 'legacy-ats', state: 'creating', entries: 1, held: 0 },
      { pipeline: 'legacy-ats', state: 'settled', entries: 1, held: 0 },
    ]);
  });

  it('names a lost intent and a damaged payload', () => {
    const ledger = aLedger();
    settled(ledger, 'A', '7000000000000000001');
    ledger.begin(anIntent({ key: 'B' }));
    const raw = new Database(ledger.file);
    raw.exec("DELETE FROM entry WHERE key = 'B'; UPDATE entry SET applied_payload = '{' WHERE key = 'A'");
    raw.close();
    expect(ledger.upkeep.check()).toEqual([
      'a request left and its intent is lost: legacy-ats B',
      'a payload is not readable: legacy-ats A',
    ]);
  });
});

describe('backup', () => {
  it('is a private, complete copy while the ledger is in use, and overwrites nothing', async () => {
    const ledger = aLedger();
    settled(ledger, 'A', '7000000000000000001');
    const file = join(aFolder(), 'copy.db');
    const copying = ledger.upkeep.backup(file);
    settled(ledger, 'B', '7000000000000000002');
    await copying;
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const copy = openLedger({ file, mode: 'read', now: Date.now });
    onTestFinished(() => copy.close());
    expect(copy.find('legacy-ats', 'A')).toMatchObject({ remoteId: '7000000000000000001' });
    expect(copy.upkeep.check()).toEqual([]);
    await expect(ledger.upkeep.backup(file)).rejects.toThrow(/exists already/);
  });

  it('is made by itself before an older ledger is brought up to date', () => {
    const folder = aFolder();
    const file = join(folder, 'ledger.db');
    const database = openDatabase(file, { mode: 'write' });
    database.exec("INSERT INTO meta VALUES ('mark', 'old')");
    const next = [
      ...MIGRATIONS,
      "UPDATE meta SET value = 'new' WHERE name = 'mark'; CREATE TABLE later (x) STRICT".replace(
        ' (x) ',
        ' (x TEXT) ',
      ),
    ];
    migrate(database, file, next);
    expect(database.pragma('user_version', { simple: true })).toBe(next.length);
    database.close();
    const [name] = readdirSync(folder).filter((entry) => entry.includes('before-v'));
    expect(statSync(join(folder, name ?? '')).mode & 0o777).toBe(0o600);
    const copy = new Database(join(folder, name ?? ''), { readonly: true });
    expect(copy.prepare("SELECT value FROM meta WHERE name = 'mark'").pluck().get()).toBe('old');
    copy.close();
  });
});

describe('export', () => {
  it('gives every id of every pipeline once, as CSV and as JSONL, without payloads', () => {
    const ledger = aLedger();
    for (let i = 0; i < 1203; i++) settled(ledger, `K${i}`, String(7_000_000_000_000_000n + BigInt(i)));
    const csv = [...idCsv(ledger.upkeep)].join('').trimEnd().split('\r\n');
    expect(csv).toHaveLength(1204);
    expect(csv[0]?.startsWith('\uFEFFpipeline,key,target')).toBe(true);
    const rows = [...idJsonl(ledger.upkeep)].join('').trimEnd().split('\n');
    expect(new Set(rows.map((row) => (JSON.parse(row) as { remote_id: string }).remote_id)).size).toBe(1203);
    expect(rows.join('')).not.toContain('王强');
  });
});

describe('decisions', () => {
  const held = (ledger: Ledger) => {
    ledger.doubt(ledger.begin(anIntent({ key: 'A' })), { outcome: 'in-doubt', code: null, logId: '' });
    ledger.doubts.hold('legacy-ats', 'A', { code: 'ambiguous-objects', ids: ['1', '2'], records: 1 });
    return ledger.find('legacy-ats', 'A')!;
  };

  it('adopt: the record owns the object, and what it holds counts as unknown', () => {
    const ledger = aLedger();
    ledger.decisions.decide('legacy-ats', [
      { record: held(ledger), decision: { kind: 'adopt', remoteId: '7000000000000000009' } },
    ]);
    expect(ledger.find('legacy-ats', 'A')).toMatchObject({
      state: 'updating',
      remoteId: '7000000000000000009',
      held: null,
      applied: { json: '{}' },
      intent: aPayload(),
    });
  });

  it('adopt: an object that another record owns is refused', () => {
    const ledger = aLedger();
    settled(ledger, 'B', '7000000000000000009');
    const entry = held(ledger);
    expect(() =>
      ledger.decisions.decide('legacy-ats', [
        { record: entry, decision: { kind: 'adopt', remoteId: '7000000000000000009' } },
      ]),
    ).toThrow(/belongs to the record B/);
    expect(ledger.find('legacy-ats', 'A')).toEqual(entry);
  });

  it('create: the next create has a key that Feishu has never seen', () => {
    const ledger = aLedger();
    ledger.decisions.decide('legacy-ats', [{ record: held(ledger), decision: { kind: 'create' } }]);
    expect(ledger.find('legacy-ats', 'A')).toBeUndefined();
    expect(ledger.doubts.externalId('legacy-ats', 'A', 'legacy-ats:A')).toBe('legacy-ats:A#2');
    ledger.decisions.decide('legacy-ats', [{ record: held(ledger), decision: { kind: 'create' } }]);
    expect(ledger.doubts.externalId('legacy-ats', 'A', 'legacy-ats:A')).toBe('legacy-ats:A#3');
    expect(ledger.doubts.externalId('legacy-ats', 'B', 'legacy-ats:B')).toBe('legacy-ats:B');
  });
});
