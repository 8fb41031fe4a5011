import { mkdirSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { HireSyncError } from '../errors.ts';
import { backupsFolder, copiesOfRuns, copyBefore } from '../ledger/copies.ts';
import { PART, removePart } from '../ledger/copying.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { w } from '../report/sentences.ts';
import { sizeText } from '../report/size.ts';
import { say } from './output.ts';

/** What `copyBeforeWrite` needs. */
interface Parts {
  readonly ledger: Pick<Ledger, 'file' | 'upkeep' | 'restoration'>;
  /** The run that is about to write. */
  readonly run: string;
  /** How many copies are kept; 0: none is made, and none is removed. */
  readonly keep: number;
  readonly stopping: AbortSignal;
}

/** A copy beside a ledger must leave as much room as it takes: the ledger and its log grow as well. */
const ROOM = 2;

/**
 * Copies the ledger before a run writes, and removes the oldest of the copies that runs have made of it. A copy that cannot
 * be made stops no run; that is said. The caller holds the lease.
 */
export async function copyBeforeWrite({ ledger, run, keep, stopping }: Parts): Promise<void> {
  // There is nothing to go back to before the first night.
  if (keep === 0 || ledger.upkeep.isEmpty()) return;
  const folder = backupsFolder(ledger.file);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    removeUnfinished(ledger.file);
    const wanted = ROOM * bytesOf(ledger.file);
    const free = freeIn(folder);
    if (free < wanted) {
      const [is, needs] = [sizeText(free), sizeText(wanted)];
      say(
        w(
          `未备份同步台账：${folder} 所在的卷只剩 ${is}，需要 ${needs}（台账的两倍）。`,
          `The ledger was not copied before this run: ${folder} has ${is} free, and ${needs} are wanted (twice the ledger).`,
        ),
      );
      return;
    }
    await ledger.upkeep.backup(copyBefore(ledger.file, run), stopping);
    removeOld(ledger, keep);
  } catch (error) {
    if (stopping.aborted) return;
    const why = HireSyncError.is(error) ? error.message : (error as NodeJS.ErrnoException).code;
    if (why === undefined) throw error;
    say(w(`未备份同步台账：${why}`, `The ledger was not copied before this run: ${why}`));
  }
}

function removeOld({ file, restoration }: Parts['ledger'], keep: number): void {
  const old = copiesOfRuns(file, restoration.position().ledger).slice(keep);
  // One that cannot be removed now is tried again by the next run that writes.
  for (const copy of old) rmSync(copy.file, { force: true });
}

/** What runs left that were killed while they copied. */
function removeUnfinished(ledgerFile: string): void {
  const folder = backupsFolder(ledgerFile);
  const begin = basename(copyBefore(ledgerFile, '')).replace(/\.db$/, '');
  for (const name of readdirSync(folder))
    if (name.startsWith(begin) && name.endsWith(PART)) removePart(join(folder, name));
}

function bytesOf(ledgerFile: string): number {
  const sizes = ['', '-wal'].map((suffix) => statSync(ledgerFile + suffix, { throwIfNoEntry: false })?.size);
  return sizes.reduce<number>((sum, size = 0) => sum + size, 0);
}

function freeIn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
