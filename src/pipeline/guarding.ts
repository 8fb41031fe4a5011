import type { Complaint } from '../complaint.ts';
import type { HireSyncError } from '../errors.ts';
import { fieldTallies } from '../plan/field-tally.ts';
import { complaintsAbout, existingContent, guarded, guardedBy, type LastNight, LOST } from '../plan/guard.ts';
import { complaintsAboutKeys } from '../plan/guard-keys.ts';
import { complaintsAboutVerdicts } from '../plan/guard-verdicts.ts';
import type { PlanStore } from '../plan/plan-store.ts';
import { shownPayload } from '../plan/shown.ts';
import type { Report } from '../result/report.ts';
import { readAll } from '../writer/read-back.ts';
import type { Deps, Job, Remote } from './job.ts';
import type { Planned } from './planning.ts';
import { ruledFiles } from './roles.ts';
import { createStrangers } from './strangers.ts';

/** How many applications of a first run are read: one request each, most of them. */
const SAMPLE = 10;

/** Why nothing may be written with this ledger; null when it is trusted, or the guard is lifted. */
export function guardRestored(
  { pipeline, restored, allowed }: Pick<Job, 'pipeline' | 'restored' | 'allowed'>,
  { ledger }: Pick<Deps, 'ledger'>,
): HireSyncError | null {
  if (restored === undefined || allowed.includes('restored')) return null;
  return guarded([{ guard: 'restored', pipeline: pipeline.name, ledger: ledger.file, ...restored }]);
}

/** Kinds of rows of which the ledger has the record. */
const KNOWN = ['update', 'unchanged', 'record', 'drifted'] as const;

/** Why this export must not be carried out; null when nothing speaks against it. Asks nobody but the ledger. */
export function guardNight(job: Job, deps: Deps, plan: Planned): HireSyncError | null {
  // A reject file is a few rows by design: it says nothing about a night.
  const complaints = job.onlyRejects === undefined ? aboutNight(job, deps, plan) : [];
  return guardedBy([...aboutVerdicts(plan), ...complaints], job.allowed);
}

/** A pass that would arrive as a fail. */
export function aboutVerdicts({ verdicts }: Pick<Planned, 'verdicts'>): readonly Complaint[] {
  return verdicts === null ? [] : complaintsAboutVerdicts(verdicts);
}

function aboutNight({ pipeline }: Job, { ledger, store }: Deps, plan: Planned): readonly Complaint[] {
  const updates = store.count('update');
  const known = KNOWN.reduce((sum, kind) => sum + store.count(kind), 0) + plan.heldDrops;
  const night = {
    rows: plan.read - plan.retried,
    rejected: store.count('rejected') - plan.retriedInVain,
    known,
    changed: updates,
    fields: fieldTallies(store),
    newestMs: plan.newest?.ms ?? null,
    files: ruledFiles(pipeline, plan.files),
  };
  const last = lastNight(pipeline.name, { ledger, store });
  return [...complaintsAbout(night, last, pipeline.guards), ...aboutKeys(pipeline, { ledger, store }, plan)];
}

function aboutKeys(
  { name, guards }: Job['pipeline'],
  { ledger, store }: Pick<Deps, 'ledger' | 'store'>,
  { rekeyed }: Planned,
): readonly Complaint[] {
  const vanished = store.countMissing();
  // A night that loses none of its keys does not count them.
  if (vanished === 0) return [];
  const added = store.count('create') + rekeyed.count;
  return complaintsAboutKeys({ known: ledger.count(name), vanished, added, rekeyed }, guards);
}

function lastNight(pipeline: string, { ledger, store }: Pick<Deps, 'ledger' | 'store'>): LastNight | null {
  const summary = ledger.runs.lastFinished(pipeline)?.summary;
  if (summary == null) return null;
  const { rows, retried, files, newest, newestKey } = JSON.parse(summary) as Report;
  // A run of an earlier version has noted a newest date that may be in the future, and no key.
  const comparable = newest !== null && newestKey != null && !isUndated(store, newestKey);
  return { rows: rows.read - retried, files, newestMs: comparable ? Date.parse(newest) : null };
}

/** The row that was the newest is in tonight's export, so that this is no older file, and has no date to compare. */
function isUndated(store: PlanStore, key: string): boolean {
  const kind = store.seen(key)?.kind;
  return kind === 'skipped' || kind === 'rejected' || kind === 'held';
}

/** Whether a first run is compared with a sample of what Feishu holds: the ledger knows no record of the pipeline. */
function looksFirst({ pipeline, allowed, restored }: Asked, { ledger, store }: Looking): boolean {
  // With a restored ledger every single create is compared, and held beside what it cannot be told from.
  if (allowed.includes('existing-content') || restored !== undefined) return false;
  const creates = store.count('create');
  if (creates < LOST.atLeast || creates <= pipeline.guards.existingContent) return false;
  return ledger.page(pipeline.name, '', 1).length === 0;
}

type Asked = Pick<Job, 'pipeline' | 'allowed' | 'restored'>;
type Looking = Pick<Deps, 'ledger' | 'store'>;

/** How many requests `guardFirstRun` makes. */
export function firstRunReads(job: Asked, deps: Looking): number {
  return looksFirst(job, deps) ? deps.store.sampleCreates(SAMPLE).size : 0;
}

/**
 * Why a first run must not be carried out: Feishu already holds a sample of what it would create.
 * @throws HireSyncError what the calls throw
 */
export async function guardFirstRun(
  job: Asked,
  remote: Remote,
  deps: Looking,
): Promise<HireSyncError | null> {
  if (!looksFirst(job, deps)) return null;
  const { pipeline } = job;
  const { ledger, store } = deps;
  await remote.ready();
  const applications = store.sampleCreates(SAMPLE);
  const strangers = createStrangers(pipeline, { ledger, store });
  let compared = 0;
  let found = 0;
  const owners = new Set<string>();
  for (const application of applications) {
    const answer = await readAll(application, remote);
    if (answer.kind !== 'done') continue;
    const objects = answer.data.map((item) => ({ id: item.id, raw: shownPayload(pipeline.target, item) }));
    compared += store.createsOf(application).length;
    const there = strangers.under(application, [], objects);
    found += there.size;
    for (const { object } of there.values()) {
      const owner = ledger.doubts.ownerOf(pipeline.target.name, object.id);
      if (owner !== undefined) owners.add(owner.pipeline);
    }
  }
  const creates = store.count('create');
  const sample = { pipeline: pipeline.name, creates, applications: applications.size, compared, found };
  return existingContent({ ...sample, owners: [...owners] });
}
