import fs, { cpSync, existsSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.ts';
import { putInPlace, readyToRestore } from '../../src/ledger/restore.ts';
import { aFolder, anIntent } from '../builders.ts';

const CHANGING = ['openSync', 'linkSync', 'renameSync', 'copyFileSync', 'rmSync'] as const;

/**
 * Does `work`, and from the nth change of the file system on all of them fail, those of tidying up, too: what lies on disk
 * then is what a kill at that step leaves. Returns whether it came so far.
 */
async function deadFrom(n: number, work: () => Promise<void>): Promise<boolean> {
  let calls = 0;
  const real = Object.fromEntries(CHANGING.map((name) => [name, fs[name]]));
  for (const name of CHANGING) {
    const call = fs[name] as (...args: unknown[]) => unknown;
    Object.assign(fs, {
      [name]: (...args: unknown[]) => {
        if (changes(name, args) && calls++ >= n) throw Object.assign(new Error('dead'), { code: 'EIO' });
        return call(...args);
      },
    });
  }
  syncBuiltinESMExports();
  try {
    await work();
  } catch (error) {
    if (calls <= n) throw error;
  } finally {
    Object.assign(fs, real);
    syncBuiltinESMExports();
  }
  return calls > n;
}

/** What only reads, or removes what is not there, leaves nothing to be found. */
function changes(name: (typeof CHANGING)[number], [path, flags]: readonly unknown[]): boolean {
  if (name === 'openSync') return flags === 'wx';
  return name !== 'rmSync' || existsSync(String(path));
}

/** A ledger with two records, a copy of it with one. */
async function aLedgerAndCopy(): Promise<string> {
  const folder = aFolder();
  const ledger = openLedger({ file: join(folder, 'ledger.db'), mode: 'write', now: () => 1_700_000_000_000 });
  ledger.leases.acquire('run-1');
  for (const [key, remoteId] of [
    ['A', '7000000000000000001'],
    ['B', '7000000000000000002'],
  ] as const) {
    const intent = anIntent({ key });
    ledger.settle(ledger.begin(intent), intent, remoteId, { outcome: 'done', code: 0, logId: '' });
    if (key === 'A') await ledger.upkeep.backup(join(folder, 'copy.db'));
  }
  ledger.leases.release('run-1');
  ledger.close();
  return folder;
}

function recordsIn(folder: string): number | string {
  try {
    const ledger = openLedger({ file: join(folder, 'ledger.db'), mode: 'write', now: Date.now });
    try {
      expect(ledger.upkeep.check()).toEqual([]);
      const restored = ledger.restoration.of('legacy-ats', { head: null, markers: [] }, null);
      return ledger.count('legacy-ats') === 1 ? `one, ${restored?.kind}` : ledger.count('legacy-ats');
    } finally {
      ledger.close();
    }
  } catch (error) {
    return (error as Error).message;
  }
}

const NEW = 'one, copy';

it('a restore that is killed at any step leaves the old ledger or the new one, and can be repeated', async () => {
  const origin = await aLedgerAndCopy();
  for (const isSound of [true, false]) {
    const seen = new Set<number | string>();
    for (let n = 0, more = true; more; n++) {
      const folder = aFolder();
      cpSync(origin, folder, { recursive: true });
      const file = join(folder, 'ledger.db');
      if (!isSound) {
        truncateSync(file, 0);
        writeFileSync(`${file}-wal`, 'the log of a ledger that was lost');
      }
      const restore = async (aside: string): Promise<void> => {
        const { ready } = await readyToRestore(join(folder, 'copy.db'), file);
        putInPlace(ready, file, join(folder, aside));
      };
      more = await deadFrom(n, () => restore('aside'));
      const [found, isNew] = [recordsIn(folder), existsSync(join(folder, 'ledger.db.restoring'))];
      seen.add(
        typeof found === 'number' || found === NEW ? found : (/damaged: [^,:]*/.exec(found)?.[0] ?? found),
      );
      if (found === NEW) expect(isNew).toBe(false);
      await restore('aside-2');
      expect(recordsIn(folder)).toBe(NEW);
      const left = readdirSync(folder).filter((name) => /part|restoring/.test(name));
      expect(left).toEqual([]);
    }
    // The third: the new ledger with the old one's log still beside it, which must not be taken for its own.
    const refused = ['damaged: it is empty', 'damaged: a copy was put in its place'];
    expect([...seen]).toEqual(isSound ? [2, NEW] : [...refused, NEW]);
  }
});
