import { HireSyncError } from '../errors.ts';
import type { Restored } from '../ledger/restored.ts';
import type { FileCount, OrphanRule } from '../model.ts';
import type { FieldTally } from './field-tally.ts';

/** What stops a run before its first write, by the name that `--allow` lifts it with. */
export const GUARDS = [
  'restored',
  'reversed',
  'existing-content',
  'empty',
  'truncated',
  'shrunk',
  'changed',
  'field',
  'rejected',
  'older',
  'orphans',
  'rekeyed',
  'vanished',
  'missing',
] as const;
export type GuardName = (typeof GUARDS)[number];

/** Thresholds, as a pipeline may set them. Shares are from 0 to 1. */
export interface GuardLimits {
  /** Rows fewer than in the last run, as a share of them. */
  readonly shrunk: number;
  /** Known records changed at once. */
  readonly changed: number;
  /** Known records in which one field changes, or becomes empty. */
  readonly field: number;
  /** Rows rejected. */
  readonly rejected: number;
  /** Known records that vanished and whose content comes again under new keys. */
  readonly rekeyed: number;
  /** Known records that vanished, where at least half as many are new. */
  readonly vanished: number;
  /** From how many known records on `changed` and `vanished` count. */
  readonly from: number;
  /** How many rows `shrunk`, `field` and `rejected` must concern: fewer are rows that are wrong, not a file. */
  readonly atLeast: number;
  /** A ledger that knows no record of the pipeline is doubted when there are more creates than this. */
  readonly existingContent: number;
  /** Children without a parent, as a share of those of their file that name one. */
  readonly orphans: number;
  /** By how much that share may be higher than in the last run: 0.2 are 20 points. */
  readonly orphansRise: number;
}

export const DEFAULT_LIMITS: GuardLimits = {
  shrunk: 0.2,
  changed: 0.3,
  field: 0.5,
  rejected: 0.05,
  rekeyed: 0.01,
  vanished: 0.5,
  from: 50,
  // The shares hold for small exports too. But one bad row of ten must not keep the nine others out, night after
  // night, until somebody comes to lift the guard: it has the reject file for itself. Three of them are a pattern.
  atLeast: 3,
  existingContent: 0,
  orphans: 0.5,
  orphansRise: 0.2,
};

/** What the guards look at: one night, in numbers. */
export interface Night {
  readonly rows: number;
  readonly rejected: number;
  /** Known records, and how many of them would be updated. */
  readonly known: number;
  readonly changed: number;
  readonly fields: ReadonlyMap<string, FieldTally>;
  /** The newest date of all records that is not in the future of the run, epoch ms; null without one. */
  readonly newestMs: number | null;
  readonly files: readonly (NightFile & { readonly orphans: OrphanRule | null })[];
}

export type NightFile = Pick<FileCount, 'file' | 'role' | 'rows' | 'finalNewline' | 'orphaned' | 'unnamed'>;

/** What is kept of the last run that was carried out; `newestMs` null when tonight's cannot be compared with it. */
export interface LastNight extends Pick<Night, 'rows' | 'newestMs'> {
  /** A run of an earlier version has noted no roles. */
  readonly files: readonly (Omit<NightFile, 'role' | 'unnamed'> & Partial<NightFile>)[];
}

/** One guard's complaint: the numbers, and how to lift it. */
export interface Complaint {
  readonly guard: GuardName;
  readonly message: string;
}

/** Everything about a night's export that cannot be right, given the last one. Pure. */
export function complaintsAbout(
  night: Night,
  last: LastNight | null,
  limits: GuardLimits,
): readonly Complaint[] {
  const complaints: Complaint[] = [];
  const complain = (guard: GuardName, message: string): void => void complaints.push({ guard, message });
  if (night.rows === 0) complain('empty', 'the export has no rows at all');
  for (const one of night.files) {
    const { file, role, rows, finalNewline } = one;
    // By what it is read as: the name of a file may carry a date.
    const before = last?.files.find((other) =>
      other.role === undefined ? other.file === file : other.role === role,
    );
    complaints.push(...complaintsAboutFile(file, rows, before, limits));
    complaints.push(...complaintsAboutOrphans(one, before, limits));
    if (before?.finalNewline === true && finalNewline === false && rows > 0) {
      complain(
        'truncated',
        `${file} does not end with a line end, as it did last time: it may have been cut off`,
      );
    }
  }
  if (night.rejected >= limits.atLeast && night.rejected / night.rows > limits.rejected) {
    const share = percent(night.rejected / night.rows);
    complain(
      'rejected',
      `${night.rejected} of ${night.rows} rows are rejected: ${share} (guards.rejected allows ${percent(limits.rejected)})`,
    );
  }
  complaints.push(...complaintsAboutKnown(night, limits));
  if (last?.newestMs != null && night.newestMs !== null && night.newestMs < last.newestMs) {
    const [now, then] = days(night.newestMs, last.newestMs);
    complain(
      'older',
      `the newest date in the export is ${now}, last time it was ${then}: this may be an old file`,
    );
  }
  return complaints;
}

function complaintsAboutKnown({ known, changed, fields }: Night, limits: GuardLimits): Complaint[] {
  const complaints: Complaint[] = [];
  if (known >= limits.from && changed / known > limits.changed) {
    const message = `${changed} of ${known} known records would change at once: ${percent(changed / known)} (guards.changed allows ${percent(limits.changed)})`;
    complaints.push({ guard: 'changed', message });
  }
  for (const [field, tally] of fields) {
    const many = (rows: number): boolean => rows >= limits.atLeast && rows / known > limits.field;
    const emptied = many(tally.emptied);
    if (!emptied && !many(tally.changed)) continue;
    const rows = emptied ? tally.emptied : tally.changed;
    const what = emptied ? 'becomes empty' : 'changes';
    const message = `\`${field}\` ${what} in ${percent(rows / known)} of the ${known} known records (guards.field allows ${percent(limits.field)})`;
    complaints.push({ guard: 'field', message });
  }
  return complaints;
}

/** Every file counts, children and lookups too: an emptied child file would erase what its rows had brought. */
function complaintsAboutFile(
  file: string,
  rows: number,
  last: LastNight['files'][number] | undefined,
  limits: GuardLimits,
): Complaint[] {
  const before = last?.rows ?? 0;
  const then =
    last === undefined || last.file === file ? `last time ${before}` : `last time ${last.file} had ${before}`;
  if (rows === 0 && before > 0) return [{ guard: 'empty', message: `${file} has no rows, ${then}` }];
  const share = (before - rows) / before;
  if (before - rows < limits.atLeast || share <= limits.shrunk) return [];
  const message = `${file} has ${rows} rows, ${then}: ${percent(share)} fewer (guards.shrunk allows ${percent(limits.shrunk)})`;
  return [{ guard: 'shrunk', message }];
}

/** Children whose parent is not in the export. Their records would be created without them, or lose them. */
function complaintsAboutOrphans(
  { file, rows, orphaned, unnamed, orphans }: Night['files'][number],
  last: LastNight['files'][number] | undefined,
  limits: GuardLimits,
): Complaint[] {
  if (orphans === null) return [];
  const complaint = (what: string): Complaint[] => [{ guard: 'orphans', message: `${file}: ${what}` }];
  if (orphans === 'stop' && orphaned > 0)
    return complaint(
      `${orphaned} of ${rows} rows have no parent in the export, and the pipeline allows none`,
    );
  // An empty key names no parent: such rows are reported one by one.
  const [alone, named] = [orphaned - unnamed, rows - unnamed];
  if (alone < limits.atLeast) return [];
  const share = alone / named;
  const what = `${alone} of the ${named} rows that name a parent have none in the export: ${percent(share)}`;
  if (orphans === 'report' && share > limits.orphans)
    return complaint(`${what} (guards.orphans allows ${percent(limits.orphans)})`);
  if (last === undefined || last.rows === 0) return [];
  const before = (last.orphaned - (last.unnamed ?? 0)) / Math.max(1, last.rows - (last.unnamed ?? 0));
  if (share - before <= limits.orphansRise) return [];
  return complaint(
    `${what}, last time ${percent(before)} (guards.orphansRise allows ${Math.round(limits.orphansRise * 100)} points more)`,
  );
}

/** The error for complaints that nobody has lifted; null when there are none. */
export function guardedBy(
  complaints: readonly Complaint[],
  allowed: readonly GuardName[],
): HireSyncError | null {
  const standing = complaints.filter(({ guard }) => !allowed.includes(guard));
  if (standing.length === 0) return null;
  const names = [...new Set(standing.map(({ guard }) => guard))];
  const lift = names.map((name) => `--allow ${name}`).join(' ');
  const list = standing.map(({ guard, message }) => `  ${guard}: ${message}`).join('\n');
  return new HireSyncError(
    'GUARDED',
    `Stopped before the first write, because this export cannot be right:\n${list}\nIf it is right: ${lift} lifts ${names.length === 1 ? 'the guard' : 'these guards'} for one run.`,
    { guards: names },
  );
}

/** How many runs a message names. */
const NAMED = 10;

/** A ledger that knows less than was written with it: what it does not know it would create again. */
export function restoredLedger(
  pipeline: string,
  file: string,
  { kind, copiedAt, runs }: Restored,
): HireSyncError {
  const named = runs.slice(0, NAMED).join(', ');
  const more = runs.length > NAMED ? ` and ${runs.length - NAMED} more` : '';
  const unknown = runs.length === 0 ? '' : `; it does not know what was written by run ${named}${more}`;
  const what = {
    copy: `is a copy that \`hire-sync ledger backup\` made at ${new Date(copiedAt ?? 0).toISOString()}; what was written since it does not know`,
    behind: `is older than what was written with it${unknown}`,
    new: `is new, and earlier runs have written${unknown}`,
  }[kind];
  return new HireSyncError(
    'GUARDED',
    `Stopped before the first write (guard restored): the ledger ${file} ${what}. What it does not know of ${pipeline} would be created a second time, ` +
      'or changed back. If there is a newer ledger, put it in its place (or name it: --ledger FILE). If there is none: --allow restored makes one run ' +
      'that compares every create and update with Feishu first and holds what it cannot tell apart; when it has finished, the ledger is trusted again.',
    { guards: ['restored'] },
  );
}

/** What a sample of the applications says about a first run. */
export interface Sample {
  readonly pipeline: string;
  /** Creates planned in all. */
  readonly creates: number;
  /** Applications that were looked at. */
  readonly applications: number;
  /** Planned creates under them, and how many of these Feishu already holds, equal or near (see `near.ts`). */
  readonly compared: number;
  readonly found: number;
  /** Other pipelines of this ledger that own what was found. */
  readonly owners: readonly string[];
}

/** The sign of a lost ledger; less than that is compared row by row. */
export const LOST = { atLeast: 3, share: 1 / 3 } as const;

/** A ledger that knows nothing of a pipeline, and a tenant that already holds its records: creating doubles them. */
export function existingContent({ pipeline, ...sample }: Sample): HireSyncError | null {
  const { creates, applications, compared, found, owners } = sample;
  if (found < LOST.atLeast || found <= compared * LOST.share) return null;
  const [owner] = owners;
  const renamed =
    owner === undefined
      ? ''
      : ` They belong to pipeline ${owners.join(', ')} in this ledger: if it has a new name, \`hire-sync ledger rename-pipeline ${owner} ${pipeline}\`.`;
  return new HireSyncError(
    'GUARDED',
    `Stopped before the first write (guard existing-content): this ledger knows no record of ${pipeline}, but of ` +
      `${compared} planned creates under ${applications} sampled applications, Feishu already holds ${found} with the same or much the same content.${renamed} ` +
      `Creating all ${creates} would double them. Use the ledger of the earlier runs (--ledger), or build it from Feishu with ` +
      '`hire-sync ledger rebuild <pipeline>`. If they are to be created all the same: --allow existing-content.',
    { guards: ['existing-content'] },
  );
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}

/** Both as days; with their times where it is the same day. */
function days(...both: readonly [number, number]): readonly string[] {
  const [one, other] = both.map((ms) => new Date(ms).toISOString());
  const length = one?.slice(0, 10) === other?.slice(0, 10) ? undefined : 10;
  return [one, other].map((text = '') => text.slice(0, length));
}
