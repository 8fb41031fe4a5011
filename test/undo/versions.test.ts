import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import { aFolder, anIntent, aPayload } from '../builders.ts';

const ID = '7000000000000000001';
const DONE = { outcome: 'done', code: 0, logId: '' };
const PIPELINE = 'legacy-ats';
const one = aPayload();
const two = aPayload({ participate_status: 3 });
const three = aPayload({ participate_status: 1 });

/** A ledger in which every transaction is a second after the one before. */
function aLedger(): Ledger {
  let nowMs = 1_700_000_000_000;
  const file = `${aFolder()}/ledger.db`;
  const ledger = openLedger({ file, mode: 'write', now: () => (nowMs += 1000) });
  onTestFinished(() => ledger.close());
  return ledger;
}

function as(ledger: Ledger, run: string, work: () => void): void {
  ledger.leases.acquire(run);
  work();
  ledger.leases.release(run);
}

/** run-1 creates IV-1, run-2 updates it. */
function twoRuns(over: { found?: string; source?: string } = {}): Ledger {
  const ledger = aLedger();
  as(ledger, 'run-1', () => {
    const intent = anIntent();
    ledger.settle(ledger.begin(intent), intent, ID, DONE);
  });
  as(ledger, 'run-2', () => {
    const intent = anIntent({ run: 'run-2', action: 'update', payload: two, ...over });
    ledger.settle(ledger.begin(intent), intent, ID, DONE);
  });
  return ledger;
}

const keysOf = (ledger: Ledger, run: string) =>
  ledger.versions.of(run, PIPELINE, '', 10).map(({ action, key }) => `${action} ${key}`);

describe('versions', () => {
  it('an update keeps what was there before it, from its intent on', () => {
    const ledger = twoRuns();
    expect(ledger.versions.of('run-2', PIPELINE, '', 10)).toEqual([
      {
        key: 'IV-1',
        action: 'update',
        remoteId: ID,
        before: one.json,
        beforeSource: null,
        found: one.json,
        afterFingerprint: two.fingerprint,
        at: expect.any(Number) as number,
      },
    ]);
    as(ledger, 'run-3', () => {
      ledger.begin(anIntent({ run: 'run-3', action: 'update', payload: three }));
      expect(keysOf(ledger, 'run-3')).toEqual(['update IV-1']);
      expect(ledger.versions.find('run-3', PIPELINE, 'IV-1')?.before).toBe(two.json);
    });
  });

  it('what somebody had entered in Feishu, and what the source had said, are kept beside what was applied', () => {
    const ledger = twoRuns({ found: three.json, source: one.json });
    expect(ledger.versions.find('run-2', PIPELINE, 'IV-1')).toMatchObject({
      before: one.json,
      found: three.json,
    });
    as(ledger, 'run-3', () => ledger.versions.record('run-3', PIPELINE, 'IV-1', { payload: three }));
    expect(ledger.versions.find('run-3', PIPELINE, 'IV-1')).toMatchObject({
      action: 'record',
      before: two.json,
      beforeSource: one.json,
      found: three.json,
    });
    expect(ledger.find(PIPELINE, 'IV-1')).toMatchObject({ applied: three, appliedSource: null });
  });

  it('an update of an older hire-sync, which kept none, is named', () => {
    const ledger = twoRuns();
    expect(ledger.versions.unkept('run-2', PIPELINE, '', 10)).toEqual([]);
    const raw = new Database(ledger.file);
    raw.exec('DELETE FROM version');
    raw.close();
    expect(ledger.versions.unkept('run-2', PIPELINE, '', 10)).toEqual(['IV-1']);
    expect(ledger.versions.unkept('run-1', PIPELINE, '', 10)).toEqual([]);
  });

  it('an update that is taken back leaves none', () => {
    const ledger = twoRuns();
    as(ledger, 'run-3', () => {
      const intent = anIntent({ run: 'run-3', action: 'update', payload: three });
      ledger.takeBack(ledger.begin(intent), intent, { outcome: 'refused', code: 1002002, logId: '' });
    });
    expect(keysOf(ledger, 'run-3')).toEqual([]);
    expect(ledger.versions.later('run-2', PIPELINE, { key: 'IV-1', remoteId: ID, at: 0 })).toBeUndefined();
  });

  it('a create is known by its run; what a rebuild found, or a run adopted, was created by none', () => {
    const ledger = twoRuns();
    expect(keysOf(ledger, 'run-1')).toEqual(['create IV-1']);
    const learned = anIntent({ run: 'rebuild-1', key: 'IV-2' });
    as(ledger, 'rebuild-1', () => ledger.doubts.learn(learned, '7000000000000000002'));
    expect(keysOf(ledger, 'rebuild-1')).toEqual([]);
    const adopted = anIntent({ run: 'run-3', key: 'IV-3' });
    as(ledger, 'run-3', () => {
      ledger.doubts.learn(adopted, '7000000000000000003');
      ledger.versions.adopted(adopted, '7000000000000000003');
    });
    expect(keysOf(ledger, 'run-3')).toEqual(['adopt IV-3']);
  });

  it('a recovered create belongs to the run that asked for it first', () => {
    const ledger = aLedger();
    as(ledger, 'run-1', () => {
      const intent = anIntent();
      ledger.doubt(ledger.begin(intent), { outcome: 'in-doubt', code: null, logId: '' });
    });
    expect(ledger.undos.openCreates('run-1', PIPELINE, { application: '', key: '' }, 10)).toHaveLength(1);
    expect(ledger.undos.openCreates('run-2', PIPELINE, { application: '', key: '' }, 10)).toEqual([]);
    as(ledger, 'run-2', () => ledger.doubts.adopt('run-2', PIPELINE, 'IV-1', ID));
    expect([keysOf(ledger, 'run-1'), keysOf(ledger, 'run-2')]).toEqual([['create IV-1'], []]);
  });

  it('later names the last run that changed the same object, and the hand that named it', () => {
    const ledger = twoRuns();
    const created = { key: 'IV-1', remoteId: ID, at: 0 };
    expect(ledger.versions.later('run-1', PIPELINE, created)).toBe('run-2');
    expect(ledger.versions.later('run-1', PIPELINE, { ...created, remoteId: '8' })).toBeUndefined();
    as(ledger, 'resolve', () => {
      ledger.doubts.hold(PIPELINE, 'IV-1', { code: 'missing-in-feishu', remoteId: ID });
      const record = ledger.find(PIPELINE, 'IV-1')!;
      ledger.decisions.decide(PIPELINE, [{ record, decision: { kind: 'adopt', remoteId: '8' } }]);
    });
    expect(ledger.versions.later('run-1', PIPELINE, { ...created, remoteId: '8' })).toBe('resolve');
  });
});

describe('undos', () => {
  const step = { run: 'undo-1', undoes: 'run-2', pipeline: PIPELINE, key: 'IV-1' };

  it('restored: the version is given back, and the run before stands as the last word', () => {
    const ledger = twoRuns();
    as(ledger, 'undo-1', () => {
      const restore = { payload: one, source: three.json };
      const attempt = ledger.undos.beginRestore(step, restore);
      expect(ledger.find(PIPELINE, 'IV-1')).toMatchObject({ state: 'updating', intent: one, applied: two });
      ledger.undos.restored(step, restore, { attempt, result: DONE });
    });
    expect(ledger.find(PIPELINE, 'IV-1')).toMatchObject({
      state: 'settled',
      applied: one,
      appliedSource: three.json,
    });
    expect([keysOf(ledger, 'run-2'), keysOf(ledger, 'undo-1')]).toEqual([[], []]);
    expect(ledger.versions.later('run-1', PIPELINE, { key: 'IV-1', remoteId: ID, at: 0 })).toBeUndefined();
    expect(ledger.upkeep.check()).toEqual([]);
  });

  it('deleted: held until it is settled, then forgotten, and the next create has another key', () => {
    const ledger = twoRuns();
    as(ledger, 'undo-1', () => {
      const attempt = ledger.undos.beginDelete(step);
      expect(ledger.find(PIPELINE, 'IV-1')?.held).toEqual({ code: 'undo-delete-in-doubt', run: 'run-2' });
      const again = ledger.undos.again(attempt, step, 'delete', {
        outcome: 'retried',
        code: null,
        logId: '',
      });
      ledger.undos.takeBack(again, step, { outcome: 'refused', code: 1, logId: '' }, false);
      expect(ledger.find(PIPELINE, 'IV-1')).toMatchObject({ held: null, state: 'settled' });
      // The second one is killed, and a third looks: it is gone.
      ledger.undos.beginDelete(step);
      ledger.undos.deleted(step, null);
    });
    expect(ledger.find(PIPELINE, 'IV-1')).toBeUndefined();
    expect(ledger.doubts.externalId(PIPELINE, 'IV-1', 'legacy-ats:IV-1')).toBe('legacy-ats:IV-1#2');
    expect(ledger.upkeep.check()).toEqual([]);
  });

  it('keeps the reason of a record that was held before', () => {
    const ledger = twoRuns();
    as(ledger, 'run-3', () =>
      ledger.doubts.hold(PIPELINE, 'IV-1', { code: 'owned-by-another', remoteId: '8' }),
    );
    as(ledger, 'undo-1', () => {
      const attempt = ledger.undos.beginDelete(step);
      ledger.undos.takeBack(attempt, step, { outcome: 'failed', code: null, logId: '' }, false);
    });
    expect(ledger.find(PIPELINE, 'IV-1')?.held).toEqual({ code: 'owned-by-another', remoteId: '8' });
  });

  it('needs the ledger for itself', () => {
    const ledger = twoRuns();
    expect(() => ledger.undos.beginDelete(step)).toThrow('no longer owns the ledger');
    expect(() => ledger.undos.beginRestore(step, { payload: one, source: null })).toThrow('no longer owns');
    expect(ledger.find(PIPELINE, 'IV-1')).toMatchObject({ state: 'settled', held: null });
  });
});
