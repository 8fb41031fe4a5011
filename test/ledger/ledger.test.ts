import { spawnSync } from 'node:child_process';
import fs, { statSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HireSyncError } from '../../src/errors.ts';
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import { aFolder, anIntent, aPayload } from '../builders.ts';

function aLedger(file = join(aFolder(), 'state', 'ledger.db'), now = () => 1_700_000_000_000): Ledger {
  const ledger = openLedger({ file, mode: 'write', now });
  onTestFinished(() => ledger.close());
  return ledger;
}

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (HireSyncError.is(error)) return error.code;
    throw error;
  }
  return 'no error';
}

/** Does `work` as on a system that has no /proc. */
function withoutProc(work: () => void): void {
  const { readFileSync, readlinkSync } = fs;
  const refusing =
    <Args extends unknown[], T>(call: (...args: Args) => T) =>
    (...args: Args): T => {
      if (String(args[0]).startsWith('/proc/')) throw Object.assign(new Error('none'), { code: 'ENOENT' });
      return call(...args);
    };
  Object.assign(fs, { readFileSync: refusing(readFileSync), readlinkSync: refusing(readlinkSync) });
  syncBuiltinESMExports();
  try {
    work();
  } finally {
    Object.assign(fs, { readFileSync, readlinkSync });
    syncBuiltinESMExports();
  }
}

describe('the file', () => {
  it('is private, in WAL mode, and syncs every commit, also after it was opened again', () => {
    const file = join(aFolder(), 'ledger.db');
    for (const _ of [1, 2]) {
      const ledger = openLedger({ file, mode: 'write', now: Date.now });
      expect(statSync(file).mode & 0o777).toBe(0o600);
      ledger.close();
    }
    const raw = new Database(file);
    expect(raw.pragma('journal_mode', { simple: true })).toBe('wal');
    raw.close();
  });

  it('is not created by reading', () => {
    const file = join(aFolder(), 'ledger.db');
    const ledger = openLedger({ file, mode: 'read', now: Date.now });
    expect(ledger.find('legacy-ats', 'IV-1')).toBeUndefined();
    ledger.close();
    expect(() => statSync(file)).toThrow('ENOENT');
  });

  it('that is no SQLite file, or of a newer version, is refused by name', () => {
    const folder = aFolder();
    const text = join(folder, 'text.db');
    writeFileSync(text, 'this is not a database, it only looks like one for a moment');
    expect(codeOf(() => openLedger({ file: text, mode: 'write', now: Date.now }))).toBe('LEDGER_INVALID');
    const newer = join(folder, 'newer.db');
    const raw = new Database(newer);
    raw.pragma('user_version = 999');
    raw.close();
    expect(codeOf(() => openLedger({ file: newer, mode: 'write', now: Date.now }))).toBe('LEDGER_INVALID');
  });

  it('that cannot be written stops before anything is sent', () => {
    const ledger = aLedger();
    ledger.leases.acquire('run-1');
    const blocker = new Database(ledger.file);
    onTestFinished(() => void blocker.close());
    blocker.exec('BEGIN IMMEDIATE');
    expect(codeOf(() => ledger.begin(anIntent()))).toBe('LEDGER_UNWRITABLE');
    blocker.exec('ROLLBACK');
    expect(ledger.find('legacy-ats', 'IV-1')).toBeUndefined();
  });
});

describe('intents', () => {
  it('create: open until settled, then known by id', () => {
    const ledger = aLedger();
    ledger.leases.acquire('run-1');
    const intent = anIntent();
    const attempt = ledger.begin(intent);
    expect(ledger.find('legacy-ats', 'IV-1')).toMatchObject({
      state: 'creating',
      remoteId: null,
      applied: null,
    });
    expect(ledger.open('legacy-ats', '', 10).map(({ key }) => key)).toEqual(['IV-1']);
    ledger.settle(attempt, intent, '7000000000000000001', { outcome: 'done', code: 0, logId: 'log-1' });
    expect(ledger.find('legacy-ats', 'IV-1')).toMatchObject({
      state: 'settled',
      remoteId: '7000000000000000001',
      externalId: 'legacy-ats:IV-1',
      applied: intent.payload,
      intent: null,
      firstAttemptAt: 1_700_000_000_000,
    });
    expect(ledger.open('legacy-ats', '', 10)).toEqual([]);
  });

  it('update: keeps what was applied until the new version is settled', () => {
    const ledger = aLedger();
    ledger.leases.acquire('run-1');
    const before = anIntent();
    ledger.settle(ledger.begin(before), before, '7000000000000000001', {
      outcome: 'done',
      code: 0,
      logId: '',
    });
    const after = anIntent({ action: 'update', payload: aPayload({ participate_status: 3 }) });
    const attempt = ledger.begin(after);
    expect(ledger.find('legacy-ats', 'IV-1')).toMatchObject({
      state: 'updating',
      applied: before.payload,
      intent: after.payload,
    });
    ledger.takeBack(attempt, after, { outcome: 'refused', code: 1002002, logId: 'log-2' });
    expect(ledger.find('legacy-ats', 'IV-1')).toMatchObject({ state: 'settled', applied: before.payload });
  });

  it('a refused create leaves no entry, a doubtful one stays open', () => {
    const ledger = aLedger();
    ledger.leases.acquire('run-1');
    const refused = anIntent({ key: 'IV-1' });
    ledger.takeBack(ledger.begin(refused), refused, { outcome: 'refused', code: 1002002, logId: '' });
    expect(ledger.find('legacy-ats', 'IV-1')).toBeUndefined();
    const doubtful = anIntent({ key: 'IV-2' });
    ledger.doubt(ledger.begin(doubtful), { outcome: 'in-doubt', code: null, logId: '' });
    expect(ledger.find('legacy-ats', 'IV-2')).toMatchObject({ state: 'creating' });
  });

  it('two records of a pipeline cannot own one Feishu id', () => {
    const ledger = aLedger();
    ledger.leases.acquire('run-1');
    const one = anIntent({ key: 'IV-1' });
    const two = anIntent({ key: 'IV-2' });
    ledger.settle(ledger.begin(one), one, '7000000000000000001', { outcome: 'done', code: 0, logId: '' });
    const attempt = ledger.begin(two);
    expect(() =>
      ledger.settle(attempt, two, '7000000000000000001', { outcome: 'done', code: 0, logId: '' }),
    ).toThrow(/UNIQUE/);
    expect(ledger.find('legacy-ats', 'IV-2')).toMatchObject({ state: 'creating' });
  });

  it('a run without the lease cannot begin', () => {
    const ledger = aLedger();
    expect(codeOf(() => ledger.begin(anIntent()))).toBe('LEDGER_BUSY');
  });

  it('pages through many entries in key order', () => {
    const ledger = aLedger();
    ledger.leases.acquire('run-1');
    for (let i = 0; i < 25; i++) {
      const intent = anIntent({ key: `K${String(i).padStart(2, '0')}` });
      ledger.settle(ledger.begin(intent), intent, `70000000000000000${10 + i}`, {
        outcome: 'done',
        code: 0,
        logId: '',
      });
    }
    const keys: string[] = [];
    for (let after = ''; ; ) {
      const page = ledger.page('legacy-ats', after, 10);
      keys.push(...page.map(({ key }) => key));
      if (page.length < 10) break;
      after = page.at(-1)!.key;
    }
    expect(keys).toHaveLength(25);
    expect(keys).toEqual([...keys].sort());
  });
});

describe('the lease', () => {
  it('of a living process is kept whatever the clock says, and names its owner', () => {
    const file = join(aFolder(), 'ledger.db');
    const first = aLedger(file, () => 1_700_000_000_000);
    first.leases.acquire('run-1');
    const second = aLedger(file, () => 1_900_000_000_000);
    expect(() => second.leases.acquire('run-2')).toThrow(/run-1, process \d+ on /);
    first.leases.release('run-1');
    second.leases.acquire('run-2');
    expect(codeOf(() => first.leases.heartbeat('run-1'))).toBe('LEDGER_BUSY');
  });

  it('of a process that died is taken over at once', () => {
    const file = join(aFolder(), 'ledger.db');
    const ledger = aLedger(file);
    ledger.leases.acquire('run-1');
    const dead = spawnSync('true').pid;
    const raw = new Database(file);
    raw.prepare('UPDATE lease SET pid = ?').run(dead);
    // A pid that lives again, as another process, is no owner either.
    ledger.leases.acquire('run-2');
    raw.prepare("UPDATE lease SET pid = ?, process_mark = 'another start time'").run(process.pid);
    ledger.leases.acquire('run-3');
    raw.close();
    expect(() => ledger.leases.heartbeat('run-3')).not.toThrow();
  });

  it('of a living process counts until it expires where nothing tells that it is still the same one', () => {
    const file = join(aFolder(), 'ledger.db');
    let now = 1_700_000_000_000;
    withoutProc(() => {
      const first = aLedger(file, () => now);
      first.leases.acquire('run-1');
      const second = aLedger(file, () => now);
      expect(codeOf(() => second.leases.acquire('run-2'))).toBe('LEDGER_BUSY');
      now += 60_000;
      first.leases.heartbeat('run-1');
      now += 100_000;
      expect(codeOf(() => second.leases.acquire('run-2'))).toBe('LEDGER_BUSY');
      now += 30_000;
      second.leases.acquire('run-2');
      // The first one lives after all: it must not write beside its successor.
      expect(codeOf(() => first.leases.heartbeat('run-1'))).toBe('LEDGER_BUSY');
      expect(codeOf(() => first.begin(anIntent()))).toBe('LEDGER_BUSY');
      // One whose process is gone is not waited for.
      const raw = new Database(file);
      raw.prepare('UPDATE lease SET pid = ?').run(spawnSync('true').pid);
      raw.close();
      first.leases.acquire('run-3');
    });
  });

  it('of another host counts until it expires', () => {
    const file = join(aFolder(), 'ledger.db');
    let now = 1_700_000_000_000;
    const ledger = aLedger(file, () => now);
    ledger.leases.acquire('run-1');
    const raw = new Database(file);
    raw.exec("UPDATE lease SET host = 'elsewhere'");
    raw.close();
    expect(codeOf(() => ledger.leases.acquire('run-2'))).toBe('LEDGER_BUSY');
    now += 10 * 60_000;
    ledger.leases.acquire('run-2');
  });
});
