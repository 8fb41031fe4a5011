import { readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Ledger } from '../ledger/ledger.ts';
import { isSameTenant } from '../ledger/tenant.ts';
import { planFacts } from '../pipeline/forget-in-plan.ts';
import type { Need } from '../result/retention.ts';
import { filesIn, foldersIn } from './folders.ts';
import { rejectFilesIn } from './rejects.ts';
import type { Item, Shelves } from './retention.ts';
import { planFilesIn } from './saved-plans.ts';

/** Where what is kept lies. */
export interface Kept {
  readonly ledger: Pick<Ledger, 'runs' | 'openRows' | 'versions' | 'planUses' | 'owner'>;
  /** The folder with one folder per run, and whether one of them is of this ledger. */
  readonly runs: string;
  readonly belongs: (folder: string) => boolean;
  /** The name of what is kept of a run. */
  readonly runData: string;
  /** Copies of the ledger. `at`: epoch ms. */
  readonly copies: () => readonly { readonly file: string; readonly bytes: number; readonly at: number }[];
  readonly planFolders: readonly string[];
  readonly spools: string;
}

export function shelvesOf(kept: Kept): Shelves {
  const { ledger, belongs } = kept;
  const folders = () => foldersIn(kept.runs).filter(belongs);
  const pipelineOf = (run: string) => ledger.runs.find(run)?.pipeline ?? '';
  // Of a plan, which the ledger does not note, its name tells.
  const startOf = (run: string) => ledger.runs.find(run)?.startedAt ?? timeOf(run);
  const ofRun = (folder: string, names: readonly string[], need: Need | null): Item[] => {
    if (names.length === 0) return [];
    const files = names.map((name) => join(folder, name));
    const run = basename(folder);
    return [
      {
        name: run,
        group: pipelineOf(run),
        at: startOf(run) ?? Math.max(...files.map((file) => statSync(file).mtimeMs)),
        size: files.reduce((sum, file) => sum + statSync(file).size, 0),
        need,
        erase: () => eraseFiles(folder, files),
      },
    ];
  };
  return {
    rejects: () =>
      folders().flatMap((folder) => {
        const names = rejectFilesIn(folder);
        return ofRun(folder, names, needOfRejects(folder, names, ledger));
      }),
    runData: () =>
      folders().flatMap((folder) => {
        const names = filesIn(folder)
          .map((file) => basename(file))
          .filter((name) => name === kept.runData);
        return ofRun(folder, names, needOfData(basename(folder), ledger));
      }),
    replacedVersions: () =>
      ledger.versions.kept().map(
        ({ run, pipeline, rows, isNeeded }): Item => ({
          name: run,
          group: pipeline,
          at: startOf(run) ?? 0,
          size: rows,
          need: isNeeded ? 'undo-possible' : null,
          erase: () => ledger.versions.prune(run, pipeline),
        }),
      ),
    backups: () =>
      kept.copies().map(
        ({ file, bytes, at }, index): Item => ({
          name: file,
          group: '',
          at,
          size: bytes,
          // Newest first.
          need: index === 0 ? 'newest-copy' : null,
          erase: () => rmSync(file, { force: true }),
        }),
      ),
    savedPlans: () => kept.planFolders.flatMap(planFilesIn).flatMap((file) => planItem(file, ledger)),
    spools: () =>
      filesIn(kept.spools).map((file): Item => {
        const { mtimeMs, size } = statSync(file);
        return {
          name: file,
          group: file,
          at: mtimeMs,
          size,
          need: null,
          erase: () => rmSync(file, { force: true }),
        };
      }),
  };
}

/** In their order: what a person would take up first goes first, so that no half of it looks whole. */
function eraseFiles(folder: string, files: readonly string[]): void {
  for (const file of files) rmSync(file, { force: true });
  try {
    rmdirSync(folder);
  } catch {
    // Something else lies in it.
  }
}

/** `20261121-001930-3f9a2c` → epoch ms; null for a run that is called otherwise. */
function timeOf(run: string): number | null {
  const [, date, time] = /^(\d{8})-(\d{6})-/.exec(run) ?? [];
  if (date === undefined || time === undefined) return null;
  const iso = `${date.replace(/^(....)(..)(..)$/, '$1-$2-$3')}T${time.replace(/^(..)(..)(..)$/, '$1:$2:$3')}Z`;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? null : ms;
}

/** Rows that are still rejected: of the newest files that have them, and of files that somebody has begun to correct. */
function needOfRejects(
  folder: string,
  names: readonly string[],
  { runs, openRows }: Kept['ledger'],
): Need | null {
  const run = basename(folder);
  const row = runs.find(run);
  if (row === undefined) return null;
  const last = runs.lastFinished(row.pipeline);
  // What a newer run rejected (a canary run, --only-rejects, one that stopped), no whole night has met since.
  const since = last === undefined || row.startedAt >= last.startedAt ? run : last.id;
  if (!openRows.stillRejected(run, since)) return null;
  if (since === run) return 'open-rejects';
  return isEdited(folder, names) ? 'being-corrected' : null;
}

/** Whether one of the files is not what its run wrote. */
function isEdited(folder: string, names: readonly string[]): boolean {
  return names.some((name) => {
    if (name.endsWith('.original.csv')) return false;
    const original = name.replace(/\.csv$/, '.original.csv');
    if (!names.includes(original)) return true;
    return !readFileSync(join(folder, name)).equals(readFileSync(join(folder, original)));
  });
}

/** The report from which open rows are decided about (`resolve --from`) is that of the last finished run. */
function needOfData(run: string, { runs, openRows }: Kept['ledger']): Need | null {
  const pipeline = runs.find(run)?.pipeline;
  if (pipeline === undefined || runs.lastFinished(pipeline)?.id !== run) return null;
  return openRows.count(run) > 0 ? 'open-rows' : null;
}

function planItem(file: string, { owner, planUses }: Kept['ledger']): readonly Item[] {
  const facts = planFacts(file);
  const tenant = owner();
  if (facts === null || tenant === null) return [];
  const { bound, id } = facts;
  if (!isSameTenant(bound.tenant, tenant)) return [];
  const { mtimeMs, size } = statSync(file);
  const isBegun = id !== null && planUses.find(id)?.state === 'begun';
  return [
    {
      name: file,
      group: bound.pipeline,
      at: mtimeMs,
      size,
      need: isBegun ? 'plan-begun' : null,
      erase: () => rmSync(file, { force: true }),
    },
  ];
}
