import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The data of a sync, from which its reports can be made later. */
export const STORED = 'changes.db';

/** How many runs' data are kept. A run's data holds names and notes, and of a first migration as much as the ledger. */
export const KEPT_RUNS = 30;

/** The folder, beside the ledger, with a folder of files for each run. */
export function runsFolder(ledgerFile: string): string {
  return join(dirname(ledgerFile), 'runs');
}

/**
 * Removes the data of all runs but the newest. Reject files stay: somebody may be correcting one. What cannot be
 * removed now is tried again by the next sync.
 */
export function forgetOldRuns(runs: string): void {
  const withData = folders(runs).filter((folder) => names(folder).includes(STORED));
  for (const folder of withData.sort().slice(0, -KEPT_RUNS)) {
    try {
      rmSync(join(folder, STORED));
      if (names(folder).length === 0) rmdirSync(folder);
    } catch {
      // Of no consequence for this run.
    }
  }
}

function folders(path: string): string[] {
  return names(path).map((name) => join(path, name));
}

function names(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
