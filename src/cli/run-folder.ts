import { readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The data of a sync, from which its reports can be made later. */
export const STORED = 'changes.db';

/** Tells that a run wrote: see `trail.ts`. */
export const MARKER = 'wrote.json';

/** How many runs' data are kept. A run's data holds names and notes, and of a first migration as much as the ledger. */
export const KEPT_RUNS = 30;

/** The folder, beside the ledger, with a folder of files for each run. */
export function runsFolder(ledgerFile: string): string {
  return join(dirname(ledgerFile), 'runs');
}

/** The markers of earlier runs, oldest first. */
export function markersIn(runs: string): { readonly run: string; readonly path: string }[] {
  return names(runs)
    .sort()
    .filter((run) => names(join(runs, run)).includes(MARKER))
    .map((run) => ({ run, path: join(runs, run, MARKER) }));
}

/**
 * Removes the data of all runs but the newest, and markers that a newer one of the same app and pipeline stands for.
 * Reject files stay: somebody may be correcting one. What cannot be removed now is tried again by the next sync.
 */
export function forgetOldRuns(runs: string): void {
  const withData = folders(runs).filter((folder) => names(folder).includes(STORED));
  for (const folder of withData.sort().slice(0, -KEPT_RUNS)) forget(folder, STORED);
  const markers = markersIn(runs);
  const kept = new Set(markers.slice(-KEPT_RUNS).map(({ path }) => subjectOf(path)));
  for (const { run, path } of markers.slice(0, -KEPT_RUNS).reverse()) {
    const subject = subjectOf(path);
    // The last marker of a pipeline stays, however long ago it ran.
    if (kept.has(subject)) forget(join(runs, run), MARKER);
    kept.add(subject);
  }
}

function forget(folder: string, name: string): void {
  try {
    rmSync(join(folder, name));
    if (names(folder).length === 0) rmdirSync(folder);
  } catch {
    // Of no consequence for this run.
  }
}

/** The app and pipeline that a marker is about. */
function subjectOf(path: string): string {
  try {
    const { app, pipeline } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    return JSON.stringify([app, pipeline]);
  } catch {
    return path;
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
