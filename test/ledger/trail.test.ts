import { copyFileSync, cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { forgetOldRuns, KEPT_RUNS, MARKER } from '../../src/cli/run-folder.ts';
import { besideOf, leaveTrail } from '../../src/cli/trail.ts';
import { migrate } from '../../src/ledger/database.ts';
import { type Head, headFile, readHead, writeHead } from '../../src/ledger/head.ts';
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import { MIGRATIONS } from '../../src/ledger/migrations.ts';
import type { Restored } from '../../src/ledger/restored.ts';
import { aFolder, anIntent } from '../builders.ts';

const APP = { baseUrl: 'https://open.feishu.cn', appId: 'cli_one' };
const DONE = { outcome: 'done', code: 0, logId: '' } as const;
const PIPELINE = 'legacy-ats';

function open(file: string): Ledger {
  return openLedger({ file, mode: 'write', now: Date.now });
}

/** What a run does, step by step; `after` sees each step's end. */
function aRun(file: string, run: string, after: (step: string) => void = () => {}): void {
  const ledger = open(file);
  ledger.leases.acquire(run);
  after('the lease is taken');
  ledger.runs.start({ id: run, pipeline: PIPELINE, mode: 'sync', startedAt: 1 });
  ledger.bind(APP);
  after('the run is noted');
  ledger.restoration.advance();
  after('the serial is in the ledger, and not beside it');
  leaveTrail(ledger, { run, pipeline: PIPELINE, tenant: APP });
  after('head and marker are written');
  const intent = anIntent({ run, key: run });
  const attempt = ledger.begin(intent);
  after('an intent is committed');
  ledger.settle(attempt, intent, run.replaceAll(/\D/g, ''), DONE);
  after('it is settled');
  ledger.runs.finish({ id: run, state: 'finished', finishedAt: 2, exitCode: 0, summary: '{}' });
  after('the run has ended');
  ledger.restoration.advance();
  after('so is its last serial');
  ledger.leases.release(run);
  after('the lease is given back');
  ledger.close();
  after('it is closed');
}

/** What the next run makes of a ledger. */
function distrust(file: string): Restored | null {
  const ledger = open(file);
  try {
    ledger.leases.acquire('next');
    const beside = besideOf(file);
    ledger.restoration.note([PIPELINE], beside, APP);
    return ledger.restoration.of(PIPELINE, beside, APP);
  } finally {
    ledger.leases.release('next');
    ledger.close();
  }
}

describe('a run that is killed', () => {
  it('at any step raises no alarm, and what was put back from an earlier step does', () => {
    const folder = aFolder();
    const file = join(folder, 'ledger.db');
    aRun(file, 'run-1');
    const states: { step: string; copy: string }[] = [];
    aRun(file, 'run-2', (step) => {
      const copy = aFolder();
      cpSync(folder, copy, { recursive: true });
      // The lease of a process that is gone: this one is its own.
      states.push({ step, copy });
    });
    for (const { step, copy } of states) {
      const killed = join(copy, 'ledger.db');
      new Database(killed).exec('DELETE FROM lease').close();
      expect([step, distrust(killed)]).toEqual([step, null]);
    }
    // The ledger of each step, put in the place of the one at the end.
    const begun = states.findIndex(({ step }) => step.startsWith('head and marker'));
    for (const [i, { step, copy }] of states.entries()) {
      const place = aFolder();
      cpSync(folder, place, { recursive: true });
      const restored = join(place, 'ledger.db');
      for (const end of ['', '-wal'])
        if (existsSync(join(copy, `ledger.db${end}`)))
          copyFileSync(join(copy, `ledger.db${end}`), `${restored}${end}`);
      const isOlder = i < states.findIndex((one) => one.step.startsWith('so is its last'));
      expect([step, distrust(restored)?.kind ?? null]).toEqual([step, isOlder ? 'behind' : null]);
      if (i < begun - 1) expect(distrust(restored)?.runs.length).toBeLessThanOrEqual(1);
    }
  });

  it('while its head is replaced leaves the old one or the new one', () => {
    const file = join(aFolder(), 'ledger.db');
    aRun(file, 'run-1');
    writeFileSync(`${headFile(file)}.0123456789ab.tmp`, '{"led');
    expect(distrust(file)).toBeNull();
    expect(statSync(headFile(file)).mode & 0o777).toBe(0o600);
  });
});

describe('the head', () => {
  it('that cannot be read is no head to trust', () => {
    const file = join(aFolder(), 'ledger.db');
    aRun(file, 'run-1');
    writeFileSync(headFile(file), '');
    expect(readHead(file)).toBe('unreadable');
    expect(distrust(file)).toMatchObject({ kind: 'behind' });
  });

  it('of another ledger in the same place tells of a ledger that was exchanged', () => {
    const [one, two] = [join(aFolder(), 'ledger.db'), join(aFolder(), 'ledger.db')];
    for (const run of ['run-1', 'run-2', 'run-3']) aRun(one, run);
    aRun(two, 'run-4');
    copyFileSync(one, two);
    expect(distrust(two)).toMatchObject({ kind: 'behind', runs: ['run-4'] });
  });

  it('is made for a ledger of an earlier version without a word', () => {
    const file = join(aFolder(), 'ledger.db');
    const older = new Database(file);
    migrate(older, file, MIGRATIONS.slice(0, 5));
    older.exec(`INSERT INTO meta VALUES ('tenant', '${JSON.stringify(APP)}')`);
    older.close();
    expect(distrust(file)).toBeNull();
    const ledger = openLedger({ file, mode: 'read', now: Date.now });
    onTestFinished(() => ledger.close());
    expect(readHead(file)).toMatchObject({ ...ledger.restoration.position(), app: APP });
  });

  it('spares a ledger that is as it was left a look at all its pages', () => {
    const file = join(aFolder(), 'ledger.db');
    aRun(file, 'run-1');
    // A page of records, which opening does not touch.
    const bytes = readFileSync(file);
    const page = 4096 * Math.floor(bytes.lastIndexOf('扎实') / 4096);
    writeFileSync(file, bytes.fill(0, page, page + 4096));
    const opened = (): Ledger => openLedger({ file, mode: 'read', now: Date.now });
    expect(opened).toThrow(/LEDGER_INVALID/);
    const mtime = String(statSync(file, { bigint: true }).mtimeNs);
    writeHead(file, { ...(readHead(file) as Head), file: { size: bytes.length, mtime } });
    const ledger = opened();
    onTestFinished(() => ledger.close());
    expect(() => ledger.upkeep.check()).toThrow(/LEDGER_INVALID/);
  });
});

describe('trust', () => {
  it('is for one pipeline at a time, and for good', () => {
    const folder = aFolder();
    const file = join(folder, 'ledger.db');
    aRun(file, 'run-1');
    const yesterday = join(folder, 'yesterday');
    copyFileSync(file, yesterday);
    aRun(file, 'run-2');
    copyFileSync(yesterday, file);
    expect(distrust(file)).toMatchObject({ kind: 'behind', runs: ['run-2'] });
    const ledger = open(file);
    ledger.leases.acquire('run-3');
    ledger.runs.start({ id: 'run-3', pipeline: PIPELINE, mode: 'sync', startedAt: 1 });
    leaveTrail(ledger, { run: 'run-3', pipeline: PIPELINE, tenant: APP });
    expect(ledger.restoration.of(PIPELINE, besideOf(file), APP)).toMatchObject({ runs: ['run-2'] });
    ledger.restoration.trust(PIPELINE);
    ledger.leases.release('run-3');
    ledger.close();
    expect(distrust(file)).toBeNull();
    // Put back once more, it is older once more.
    copyFileSync(yesterday, file);
    expect(distrust(file)).toMatchObject({ runs: ['run-2', 'run-3'] });
  });

  it('ends for every pipeline that the ledger has records of', () => {
    const folder = aFolder();
    const file = join(folder, 'ledger.db');
    const ledger = open(file);
    ledger.leases.acquire('run-0');
    const intent = anIntent({ run: 'run-0', pipeline: 'other', key: 'A' });
    ledger.settle(ledger.begin(intent), intent, '5', DONE);
    ledger.leases.release('run-0');
    ledger.close();
    const yesterday = join(folder, 'yesterday');
    copyFileSync(file, yesterday);
    aRun(file, 'run-1');
    copyFileSync(yesterday, file);
    expect(distrust(file)).not.toBeNull();
    const again = open(file);
    onTestFinished(() => again.close());
    const beside = { head: null, markers: [] };
    expect(again.restoration.of('other', beside, APP)).not.toBeNull();
    expect(again.restoration.of('a third', beside, APP)).toBeNull();
  });
});

it('markers are kept of the newest runs, and the last one of every pipeline for good', () => {
  const folder = aFolder();
  const file = join(folder, 'ledger.db');
  const ledger = open(file);
  onTestFinished(() => ledger.close());
  ledger.leases.acquire('run');
  leaveTrail(ledger, { run: '000-rare', pipeline: 'rare', tenant: APP });
  leaveTrail(ledger, { run: '001-daily', pipeline: 'daily', tenant: APP });
  for (let n = 100; n < 100 + KEPT_RUNS; n++)
    leaveTrail(ledger, { run: `${n}-daily`, pipeline: 'daily', tenant: APP });
  const runs = join(folder, 'runs');
  writeFileSync(join(runs, '001-daily', 'rejects.csv'), 'id\n');
  forgetOldRuns(runs);
  expect(existsSync(join(runs, '000-rare', MARKER))).toBe(true);
  expect([MARKER, 'rejects.csv'].map((name) => existsSync(join(runs, '001-daily', name)))).toEqual([
    false,
    true,
  ]);
  expect(besideOf(file).markers).toHaveLength(KEPT_RUNS + 1);
  rmSync(runs, { recursive: true });
  expect(besideOf(file).markers).toEqual([]);
});
