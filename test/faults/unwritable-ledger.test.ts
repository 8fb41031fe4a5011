import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { addsUp } from '../../src/result/report.ts';
import { CREATE, PATH } from '../target.ts';
import { expectExactlyOnce, expectStopped, openKeys } from './expect.ts';
import { someRows } from './rows.ts';
import { aStage, type Cleanup, type Stage } from './stage.ts';

const WORLDS = [
  { repeat: 'returns-existing', readLagMs: 2000 },
  { repeat: 'refuses', readLagMs: 0 },
] as const;

/** A file system of its own, for one test; null where this process may not mount one. */
function aDisk({ onTestFinished }: Cleanup): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'hire-sync-disk-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folder]).status !== 0) return null;
  onTestFinished(() => void spawnSync('umount', [folder]));
  return folder;
}

/** Takes all the room that is left, but for `leave` bytes. */
function fill(file: string, leave = 0): void {
  if (leave > 0) {
    const { bavail, bsize } = statfsSync(dirname(file));
    writeFileSync(file, Buffer.alloc(bavail * bsize - leave));
    return;
  }
  const descriptor = openSync(file, 'a');
  try {
    for (let size = 65_536; size >= 1; size = Math.floor(size / 2)) {
      const block = Buffer.alloc(size);
      try {
        for (;;) writeSync(descriptor, block);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    closeSync(descriptor);
  }
}

/** No request has arrived that the ledger does not know of. */
function expectAllRecorded(stage: Stage): void {
  const arrived = new Set(stage.arrivals(CREATE).map(({ key }) => key?.replace('faults:', '')));
  const known = new Set(stage.entries().keys());
  expect([...arrived].filter((key) => !known.has(key ?? ''))).toEqual([]);
}

/** Lets it happen when the nth create arrives, before it is answered. */
function onCreate(atCreate: number, happens: () => void) {
  let creates = 0;
  return ({ method, url }: { method: string; url: string }) => {
    if (method !== 'POST' || !url.endsWith(PATH)) return;
    creates += 1;
    if (creates === atCreate) happens();
  };
}

describe.concurrent('a ledger that cannot be written any more', { timeout: 60_000 }, () => {
  it.for(WORLDS)(
    'because the disk is full stops the run before the next request: $repeat',
    async (world, context) => {
      const disk = aDisk(context);
      if (disk === null) return context.skip('a file system cannot be mounted here');
      const rows = someRows(30);
      const filler = join(disk, 'filler');
      // Most of it beforehand: the last bit is taken in a moment.
      fill(filler, 3 * 1024 * 1024);
      const stage = await aStage(context, {
        rows,
        sandbox: world,
        ledgerFolder: disk,
        onRequest: onCreate(8, () => fill(filler)),
      });
      const ran = await stage.start('--rate', '30').ended;
      expectStopped(ran, 'LEDGER_UNWRITABLE', /SQLITE_FULL|SQLITE_IOERR/, /make room/);
      expect(stage.arrivals(CREATE).length).toBeLessThan(30);
      rmSync(filler);
      expectAllRecorded(stage);
      // What was done before is told all the same; an answer that could not be noted is in doubt.
      const { created, inDoubt } = ran.report!.rows;
      expect(addsUp(ran.report!.rows)).toBe(true);
      expect(created).toBeGreaterThan(0);
      expect(created).toBe(stage.entries().size - openKeys(stage).length);
      expect(inDoubt).toBe(openKeys(stage).length);

      const next = await stage.sync();
      expect(next.exitCode, next.stderr).toBe(0);
      expectExactlyOnce(stage, rows);
    },
  );

  it.for(WORLDS)(
    'because another program has locked it stops the run likewise: $repeat',
    async (world, context) => {
      const rows = someRows(30);
      const locks: Database.Database[] = [];
      const stage = await aStage(context, {
        rows,
        sandbox: world,
        onRequest: onCreate(8, () => {
          const other = new Database(stage.ledgerFile);
          other.exec('BEGIN IMMEDIATE');
          locks.push(other);
        }),
      });
      const ran = await stage.start('--rate', '30').ended;
      for (const lock of locks) lock.close();
      expectStopped(ran, 'LEDGER_UNWRITABLE', /locked by another program/, /close the other program/);
      expect(stage.arrivals(CREATE).length).toBeLessThan(30);
      expectAllRecorded(stage);
      // What was done before is told all the same; an answer that could not be noted is in doubt.
      const { created, inDoubt } = ran.report!.rows;
      expect(addsUp(ran.report!.rows)).toBe(true);
      expect(created).toBeGreaterThan(0);
      expect(created).toBe(stage.entries().size - openKeys(stage).length);
      expect(inDoubt).toBe(openKeys(stage).length);

      const next = await stage.sync();
      expect(next.exitCode, next.stderr).toBe(0);
      expectExactlyOnce(stage, rows);
    },
  );

  it('from the start on sends nothing', async (context) => {
    const disk = aDisk(context);
    if (disk === null) return context.skip('a file system cannot be mounted here');
    const rows = someRows(6);
    const stage = await aStage(context, { rows: rows.slice(0, 3), ledgerFolder: disk });
    expect((await stage.sync()).exitCode).toBe(0);
    const before = stage.sandbox.arrivals().length;
    stage.write(rows);
    expect(spawnSync('mount', ['-o', 'remount,ro', disk]).status).toBe(0);
    const ran = await stage.sync();
    expectStopped(ran, 'LEDGER_UNWRITABLE', /cannot be written|EROFS|READONLY/);
    expect(stage.sandbox.arrivals()).toHaveLength(before);

    expect(spawnSync('mount', ['-o', 'remount,rw', disk]).status).toBe(0);
    expect((await stage.sync()).exitCode).toBe(0);
    expectExactlyOnce(stage, rows);
  });
});
