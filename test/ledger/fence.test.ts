import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HireSyncError } from '../../src/errors.ts';
import { LEASE_MS } from '../../src/ledger/lease.ts';
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import { aFolder, anIntent, aPayload } from '../builders.ts';

const DONE = { outcome: 'done', code: 0, logId: '' } as const;
const LOST = { outcome: 'in-doubt', code: null, logId: '' } as const;
const ID = '7000000000000000001';

interface Sleeper {
  /** Slept beyond its lease: another run has taken the ledger over. */
  readonly asleep: Ledger;
  readonly successor: Ledger;
  /** The attempts that `asleep` had begun: of a create `NEW`, and of an update of `OLD`. */
  readonly attempts: { readonly create: number; readonly update: number };
  /** Everything in the file. */
  dump(): string;
}

const create = anIntent({ key: 'NEW' });
const update = anIntent({ key: 'OLD', action: 'update', payload: aPayload({ participate_status: 3 }) });

function aSleeper(): Sleeper {
  const file = join(aFolder(), 'ledger.db');
  let nowMs = 1_700_000_000_000;
  const open = (): Ledger => {
    const ledger = openLedger({ file, mode: 'write', now: () => nowMs });
    onTestFinished(() => ledger.close());
    return ledger;
  };
  const asleep = open();
  asleep.leases.acquire('run-1');
  const old = anIntent({ key: 'OLD' });
  asleep.settle(asleep.begin(old), old, ID, DONE);
  const attempts = { create: asleep.begin(create), update: asleep.begin(update) };
  const raw = new Database(file);
  onTestFinished(() => void raw.close());
  // On one host a living process keeps its lease; the one that sleeps is on another.
  raw.exec("UPDATE lease SET host = 'elsewhere'");
  nowMs += LEASE_MS + 1;
  const successor = open();
  successor.leases.acquire('run-2');
  const tables = raw.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
  const dump = () =>
    JSON.stringify(tables.map((table) => [table, raw.prepare(`SELECT * FROM ${table}`).all()]));
  return { asleep, successor, attempts, dump };
}

const step = { run: 'run-1', undoes: 'run-0', pipeline: 'legacy-ats', key: 'OLD' };
const back = { payload: aPayload(), source: null };
const ended = { id: 'run-1', state: 'stopped', finishedAt: 1, exitCode: 1, summary: null } as const;

/** Everything that writes to the ledger. */
const WRITES: Readonly<Record<string, (ledger: Ledger, attempts: Sleeper['attempts']) => void>> = {
  begin: (ledger) => void ledger.begin(anIntent({ key: 'THIRD' })),
  'begin, in the name of its successor': (ledger) => void ledger.begin(anIntent({ run: 'run-2' })),
  retry: (ledger, { create: attempt }) => void ledger.retry(attempt, create, LOST),
  'settle a create': (ledger, { create: attempt }) => ledger.settle(attempt, create, '9', DONE),
  'settle an update': (ledger, { update: attempt }) => ledger.settle(attempt, update, ID, DONE),
  takeBack: (ledger, { create: attempt }) => ledger.takeBack(attempt, create, DONE),
  doubt: (ledger, { create: attempt }) => ledger.doubt(attempt, LOST),
  hold: (ledger) => ledger.doubts.hold('legacy-ats', 'NEW', { code: 'refused-repeat' }),
  adopt: (ledger) => ledger.doubts.adopt('run-1', 'legacy-ats', 'NEW', '9'),
  learn: (ledger) => ledger.doubts.learn(anIntent({ key: 'THIRD' }), '9', 'run'),
  renew: (ledger) => ledger.doubts.renew('legacy-ats', 'NEW'),
  'versions.record': (ledger) =>
    ledger.versions.record('run-1', 'legacy-ats', 'OLD', { payload: aPayload() }),
  'versions.settleOpen': (ledger) => ledger.versions.settleOpen('legacy-ats', 'OLD', back),
  'undos.beginRestore': (ledger) => void ledger.undos.beginRestore(step, back),
  'undos.beginDelete': (ledger) => void ledger.undos.beginDelete(step),
  'undos.again': (ledger, { update: attempt }) => void ledger.undos.again(attempt, step, 'update', LOST),
  'undos.doubt': (ledger, { update: attempt }) => ledger.undos.doubt(attempt, LOST),
  'undos.takeBack': (ledger, { update: attempt }) => ledger.undos.takeBack(attempt, step, LOST, false),
  'undos.giveUp': (ledger) => ledger.undos.giveUp(step),
  'undos.restored': (ledger) => ledger.undos.restored(step, back, null),
  'undos.deleted': (ledger) => ledger.undos.deleted(step, null),
  'undos.forgotten': (ledger) => ledger.undos.forgotten(step),
  'decisions.decide': (ledger) =>
    ledger.decisions.decide('legacy-ats', [
      { record: ledger.find('legacy-ats', 'OLD') ?? ({} as never), decision: { kind: 'skip' } },
    ]),
  bind: (ledger) => ledger.bind({ baseUrl: 'https://open.feishu.cn', appId: 'cli_one' }),
  'runs.start': (ledger) => ledger.runs.start({ id: 'x', pipeline: 'p', mode: 'sync', startedAt: 1 }),
  'runs.finish': (ledger) => ledger.runs.finish(ended),
  'runs.addIssues': (ledger) => ledger.runs.addIssues('run-1', []),
  'waiting.keep': (ledger) => ledger.waiting.keep('legacy-ats', [{ key: 'W', since: 1, record: '{}' }]),
  'waiting.drop': (ledger) => ledger.waiting.drop('legacy-ats', ['W']),
  'planUses.begin': (ledger) => ledger.planUses.begin('hash', 'legacy-ats', 'run-1'),
  'planUses.end': (ledger) => ledger.planUses.end('hash'),
  'rowHashes.keep': (ledger) => ledger.rowHashes.keep('legacy-ats', 'context', [], 0),
  heartbeat: (ledger) => ledger.leases.heartbeat('run-1'),
  pass: (ledger) => ledger.leases.pass('run-1', 'run-1b'),
};

describe('a run that slept beyond its lease', () => {
  it.each(Object.keys(WRITES))('writes nothing: %s', (name) => {
    const { asleep, attempts, dump } = aSleeper();
    const before = dump();
    let thrown: unknown;
    try {
      WRITES[name]?.(asleep, attempts);
    } catch (error) {
      thrown = error;
    }
    expect(HireSyncError.is(thrown) && [thrown.code, thrown.message]).toEqual([
      'LEDGER_BUSY',
      expect.stringContaining('run run-2 holds it now'),
    ]);
    expect(dump()).toBe(before);
  });

  it('does not release the lease of its successor, also not one of the same name', () => {
    const { asleep, successor } = aSleeper();
    asleep.leases.release('run-1');
    asleep.leases.release('run-2');
    expect(successor.leases.owner()).toBe('run-2');
    successor.leases.heartbeat('run-2');
  });

  it('leaves its open intents to the successor, which settles them', () => {
    const { successor } = aSleeper();
    expect(successor.open('legacy-ats', '', 10).map(({ key }) => key)).toEqual(['NEW', 'OLD']);
    successor.doubts.adopt('run-2', 'legacy-ats', 'NEW', '9');
    expect(successor.find('legacy-ats', 'NEW')).toMatchObject({ state: 'settled', remoteId: '9' });
  });

  it('who takes it over again has a higher number, so that an older holder stays out', () => {
    const { asleep, successor } = aSleeper();
    successor.leases.release('run-2');
    // The lease is free: that does not make the sleeper its holder.
    expect(() => asleep.doubts.hold('legacy-ats', 'NEW', { code: 'refused-repeat' })).toThrow(
      /nobody holds it now/,
    );
    asleep.leases.acquire('run-1');
    asleep.doubts.hold('legacy-ats', 'NEW', { code: 'refused-repeat' });
    expect(() => successor.doubts.hold('legacy-ats', 'NEW', { code: 'refused-repeat' })).toThrow(
      /run run-1 holds it now/,
    );
  });
});
