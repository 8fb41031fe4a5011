import type { Complaint, ComplaintOf, GuardName } from '../complaint.ts';
import { HireSyncError } from '../errors.ts';
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
] as const satisfies readonly GuardName[];

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

/** Everything about a night's export that cannot be right, given the last one. Pure. */
export function complaintsAbout(
  night: Night,
  last: LastNight | null,
  limits: GuardLimits,
): readonly Complaint[] {
  const complaints: Complaint[] = [];
  if (night.rows === 0) complaints.push({ guard: 'empty', file: null, before: null });
  for (const one of night.files) {
    const { file, role, rows, finalNewline } = one;
    // By what it is read as: the name of a file may carry a date.
    const before = last?.files.find((other) =>
      other.role === undefined ? other.file === file : other.role === role,
    );
    complaints.push(...complaintsAboutFile(file, rows, before, limits));
    complaints.push(...complaintsAboutOrphans(one, before, limits));
    if (before?.finalNewline === true && finalNewline === false && rows > 0)
      complaints.push({ guard: 'truncated', file });
  }
  const { rejected, rows } = night;
  if (rejected >= limits.atLeast && rejected / rows > limits.rejected)
    complaints.push({ guard: 'rejected', rejected, rows, allows: limits.rejected });
  complaints.push(...complaintsAboutKnown(night, limits));
  const [newestMs, lastMs] = [night.newestMs, last?.newestMs];
  if (lastMs != null && newestMs !== null && newestMs < lastMs)
    complaints.push({ guard: 'older', newestMs, lastMs });
  return complaints;
}

function complaintsAboutKnown({ known, changed, fields }: Night, limits: GuardLimits): Complaint[] {
  const complaints: Complaint[] = [];
  if (known >= limits.from && changed / known > limits.changed)
    complaints.push({ guard: 'changed', changed, known, allows: limits.changed });
  for (const [path, tally] of fields) {
    const many = (rows: number): boolean => rows >= limits.atLeast && rows / known > limits.field;
    const emptied = many(tally.emptied);
    if (!emptied && !many(tally.changed)) continue;
    const records = emptied ? tally.emptied : tally.changed;
    complaints.push({ guard: 'field', path, emptied, records, known, allows: limits.field });
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
  if (last === undefined) return [];
  const before = { file: last.file === file ? null : last.file, rows: last.rows };
  if (rows === 0 && before.rows > 0) return [{ guard: 'empty', file, before }];
  const share = (before.rows - rows) / before.rows;
  if (before.rows - rows < limits.atLeast || share <= limits.shrunk) return [];
  return [{ guard: 'shrunk', file, rows, before, allows: limits.shrunk }];
}

/** Children whose parent is not in the export. Their records would be created without them, or lose them. */
function complaintsAboutOrphans(
  { file, rows, orphaned, unnamed, orphans }: Night['files'][number],
  last: LastNight['files'][number] | undefined,
  limits: GuardLimits,
): Complaint[] {
  if (orphans === null) return [];
  if (orphans === 'stop' && orphaned > 0)
    return [{ guard: 'orphans', file, alone: orphaned, rows, because: 'none', before: null, allows: 0 }];
  // An empty key names no parent: such rows are reported one by one.
  const [alone, named] = [orphaned - unnamed, rows - unnamed];
  if (alone < limits.atLeast) return [];
  const share = alone / named;
  const complaint = { guard: 'orphans', file, alone, rows: named } as const;
  if (orphans === 'report' && share > limits.orphans)
    return [{ ...complaint, because: 'share', before: null, allows: limits.orphans }];
  if (last === undefined || last.rows === 0) return [];
  const before = (last.orphaned - (last.unnamed ?? 0)) / Math.max(1, last.rows - (last.unnamed ?? 0));
  if (share - before <= limits.orphansRise) return [];
  return [{ ...complaint, because: 'rise', before, allows: limits.orphansRise }];
}

/** The error for complaints that nobody has lifted; null when there are none. */
export function guardedBy(
  complaints: readonly Complaint[],
  allowed: readonly GuardName[],
): HireSyncError | null {
  const standing = complaints.filter(({ guard }) => !allowed.includes(guard));
  return standing.length === 0 ? null : guarded(standing);
}

/** The error for such complaints. Its message names the guards; reports and the command line say what each is about. */
export function guarded(complaints: readonly Complaint[]): HireSyncError {
  const names = [...new Set(complaints.map(({ guard }) => guard))];
  const message = `Stopped before the first write by ${names.length === 1 ? 'the guard' : 'the guards'} ${names.join(', ')}.`;
  return new HireSyncError('GUARDED', message, { complaints });
}

/** The sign of a lost ledger; less than that is compared row by row. */
export const LOST = { atLeast: 3, share: 1 / 3 } as const;

/** A ledger that knows nothing of a pipeline, and a tenant that already holds its records: creating doubles them. */
export function existingContent(
  sample: Omit<ComplaintOf<'existing-content'>, 'guard'>,
): HireSyncError | null {
  const { compared, found } = sample;
  if (found < LOST.atLeast || found <= compared * LOST.share) return null;
  return guarded([{ guard: 'existing-content', ...sample }]);
}
