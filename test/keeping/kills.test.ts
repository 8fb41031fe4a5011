import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import { carryOutForgetting, completeBegun, forgetDeps } from '../../src/cli/forgetting.ts';
import type { OpenWriter } from '../../src/cli/open-writer.ts';
import { pruned } from '../../src/cli/retention.ts';
import { openLedger } from '../../src/ledger/ledger.ts';
import { openHere } from '../faults/in-process.ts';
import type { Cleanup } from '../faults/stage.ts';
import { objectsIn } from '../target.ts';
import { aFullHome } from './full-home.ts';
import { filesWith, HERS, type Home } from './home.ts';
import { watchChanges } from './moments.ts';

/** The home as it is now, as a process would leave it that is killed: its log and its lease included. */
interface Snapshot {
  readonly what: string;
  readonly home: string;
}

/** Copies of a home, one for each change that `work` makes to it. */
async function killedAtEach(
  context: Cleanup,
  home: string,
  work: () => Promise<unknown>,
): Promise<readonly Snapshot[]> {
  const all = mkdtempSync(join(tmpdir(), 'hire-sync-kills-'));
  context.onTestFinished(() => rmSync(all, { recursive: true, force: true }));
  const snapshots: Snapshot[] = [];
  const end = watchChanges((what) => {
    const copy = join(all, String(snapshots.length));
    cpSync(home, copy, { recursive: true });
    snapshots.push({ what, home: copy });
  });
  try {
    await work();
  } finally {
    end();
  }
  return snapshots;
}

/** What the kernel does for a process that is gone: nobody holds its lease. */
function bury(ledgerFile: string): void {
  const database = new Database(ledgerFile);
  database.exec('DELETE FROM lease');
  database.close();
}

/** Each is completed on its own, which takes a while: `HIRE_SYNC_ALL_STEPS=1` takes them all. */
const some = (snapshots: readonly Snapshot[], each: number): readonly Snapshot[] =>
  process.env.HIRE_SYNC_ALL_STEPS === undefined
    ? snapshots.filter((_, index) => index % each === 1)
    : snapshots;

const RECORD = { pipeline: 'faults', key: 'R-003' };

/** A ledger and a way to Feishu that waits for nothing, under a lease. */
async function under<T>(
  { stage }: Pick<Home, 'stage'>,
  ledgerFile: string,
  work: (parts: {
    readonly ledger: ReturnType<typeof openLedger>;
    readonly run: string;
    readonly writerFor: () => OpenWriter;
  }) => Promise<T>,
): Promise<T> {
  const here = openHere({ ...stage, ledgerFile }, { sleep: async () => {} });
  const writer = { ...here.writer, halt() {}, holdAfter() {}, async close() {} };
  try {
    here.ledger.leases.acquire(here.id);
    return await work({ ledger: here.ledger, run: here.id, writerFor: () => writer });
  } finally {
    await here.close();
  }
}

describe('a kill', { timeout: 240_000 }, () => {
  it('at any step of a forgetting is completed by the next one, or by a run', async (context) => {
    const at = await aFullHome(context);
    const { stage, home } = at;
    // What is completed is told each time.
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    context.onTestFinished(() => void vi.restoreAllMocks());
    const forget = (ledgerFile: string) =>
      under(at, ledgerFile, async ({ ledger, run, writerFor }) => {
        ledger.forgotten.begin([RECORD]);
        return carryOutForgetting(ledger, run, forgetDeps(ledger, run, writerFor));
      });
    const snapshots = await killedAtEach(context, home, () => forget(stage.ledgerFile));
    expect(objectsIn(stage.sandbox)).toHaveLength(5);
    expect(filesWith(home, HERS)).toEqual([]);
    const whats = snapshots.map(({ what }) => what.replace(/ .*\//, ' '));
    for (const step of [
      /^renameSync ledger\.forgotten/,
      /^renameSync changes\.db\.forgetting/,
      /^renameSync rejects\.csv\.forgetting|^rmSync rejects\.csv/,
      /^renameSync saved\.plan\.json\.forgetting/,
      /^rmSync faults\.pages/,
      /^renameSync one\.db\.forgetting/,
      /^exec VACUUM/,
      /^checkpoint/,
    ])
      expect(whats).toContainEqual(expect.stringMatching(step));

    for (const [index, { what, home: killed }] of some(snapshots, 3).entries()) {
      const ledgerFile = join(killed, 'ledger.db');
      bury(ledgerFile);
      await under(at, ledgerFile, async ({ ledger, run, writerFor }) => {
        const passTo = (next: string) => ledger.leases.pass(ledger.leases.owner() ?? '', next);
        // What was not begun is as it was; a run then has nothing to complete.
        if (index % 2 === 0 && ledger.forgotten.begun().length > 0)
          await completeBegun(ledger, run, { writerFor, passTo });
        else {
          ledger.forgotten.begin([RECORD]);
          const deps = forgetDeps(ledger, run, writerFor);
          await carryOutForgetting(ledger, run, deps);
        }
        expect(ledger.forgotten.has(RECORD.pipeline, RECORD.key), what).toBe(true);
        expect(ledger.upkeep.check(), what).toEqual([]);
      });
      expect(filesWith(killed, HERS), `${index} ${what}`).toEqual([]);
      expect(
        readdirSync(killed, { recursive: true, encoding: 'utf8' }).filter((name) =>
          /forgetting|\.part/.test(name),
        ),
        what,
      ).toEqual([]);
    }
  });

  it('at any step of a pruning leaves nothing half, and the next one erases the rest', async (context) => {
    const at = await aFullHome(context);
    const { stage, home } = at;
    const now = Date.now() + 40 * 86_400_000;
    const limits = {
      runData: { runs: 1 },
      replacedVersions: { days: 1 },
      backups: { runs: 1 },
      savedPlans: { days: 1 },
      spools: { days: 1 },
    };
    const prune = (ledgerFile: string) =>
      under(at, ledgerFile, async ({ ledger }) =>
        pruned(ledger, { retention: { ...limits, rejects: { days: 1 } } }, { dryRun: false, now }),
      );
    // What was rejected goes in tonight, so that its file is needed no more.
    expect((await stage.sync()).exitCode).toBe(0);
    const filesIn = (folder: string) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => !/^ledger\./.test(name))
        .sort();
    const snapshots = await killedAtEach(context, home, () => prune(stage.ledgerFile));
    const left = filesIn(home);
    expect(snapshots.length).toBeGreaterThan(6);
    for (const { what, home: killed } of some(snapshots, 2)) {
      const ledgerFile = join(killed, 'ledger.db');
      bury(ledgerFile);
      for (const run of readdirSync(join(killed, 'runs'))) {
        const has = (name: string) => existsSync(join(killed, 'runs', run, name));
        if (has('rejects.csv')) expect(has('rejects.original.csv'), what).toBe(true);
      }
      await prune(ledgerFile);
      expect(filesIn(killed), what).toEqual(left);
      const ledger = openLedger({ file: ledgerFile, mode: 'read', now: Date.now });
      expect(ledger.upkeep.check(), what).toEqual([]);
      ledger.close();
    }
  });
});
