import { createHash } from 'node:crypto';
import { HireSyncError } from '../errors.ts';
import type { Entry } from '../ledger/entries.ts';
import type { Change, Payload } from '../model.ts';
import { changeOf } from '../plan/compare.ts';
import { NOT_REKEYED } from '../plan/rekeyed.ts';
import { type Picture, takePicture } from '../readers/picture.ts';
import { type FileContext, hashOf } from '../readers/text-file.ts';
import type { Report } from '../result/report.ts';
import { withoutKey } from '../without-key.ts';
import { canaryRows, carryOut } from './canary.ts';
import { compared, createComparer } from './comparing.ts';
import { foreseen } from './cost.ts';
import { endOf } from './ending.ts';
import { guardFirstRun, guardRestored } from './guarding.ts';
import { guardFields } from './guarding-fields.ts';
import type { Deps, Job, Writer } from './job.ts';
import { type Binding, type PlanHeader, type SavedPlan, stale } from './plan-file.ts';
import type { Planned } from './planning.ts';
import { hasDoubts, type Recovered, recoverJob } from './recovery.ts';
import { isDecided, isThereAlready } from './same-decision.ts';
import { reportOf } from './summary.ts';
import { createTold } from './told.ts';
import { signIn } from './writing.ts';

/** A saved plan, and what it would be bound to if it were made now. */
export interface Saved {
  readonly file: string;
  readonly plan: SavedPlan;
  readonly now: Pick<Binding, 'hireSync' | 'pipeline' | 'code' | 'tenant'>;
  /** Flags given beside the plan, which must say what it says. */
  readonly flags: Partial<Binding['settings']>;
  /** Who signed it. */
  readonly approvedBy?: string | undefined;
}

/**
 * Carries out a saved plan, and nothing else. Whatever it is bound to is looked at before the first write.
 * @throws HireSyncError PLAN_STALE with everything that moved; what reading, the ledger and the calls throw
 */
export async function runSaved(job: Job, writer: Writer, deps: Deps, saved: Saved): Promise<Report> {
  const { plan, file, approvedBy: by } = saved;
  const { bound } = plan.header;
  const startedAt = deps.now();
  const begun = useOf(saved, deps);
  const { stopping } = writer;
  const picture = takePicture(
    { folder: job.folder, stopping },
    bound.files.map((one) => one.file),
  );
  const moved = [
    ...movedSettings(saved),
    ...(await movedFiles({ folder: job.folder, picture, stopping }, bound)),
  ];
  if (moved.length > 0) throw stale(file, ...moved);
  const { policy, allowed } = settingsOf(bound);
  const given: Job = { ...job, policy, allowed, inFile: { remote: bound.remote } };
  const restored = guardRestored(given, deps);
  if (restored !== null)
    throw new HireSyncError(
      restored.code,
      `${restored.message} This plan was made without it: make it anew (\`hire-sync plan … --allow restored --out FILE\`).`,
    );
  deps.onStep?.('comparing');
  const forgotten = await loadRows(given, deps, saved, begun);
  const report = reportWithout(plan.header, forgotten);
  deps.onStep?.('asking');
  const told = createTold(job.pipeline);
  let recovered: Recovered | null = null;
  if (begun && hasDoubts(given, deps)) {
    // Left by the apply that was interrupted.
    recovered = await recoverJob(given, writer, deps, { onShown: told.add });
    deps.store.clear();
    await loadRows(given, deps, saved, begun);
  }
  if (bound.remote) await mustBeAsPlanned(given, writer, deps, { file, begun });
  const doubled = await guardFirstRun(given, writer, deps);
  if (doubled !== null) throw doubled;
  const blind = await guardFields(given, writer, deps);
  if (blind !== null) throw blind;
  await signIn(given, writer, deps);
  // Asking Feishu about each record may have taken an hour.
  const movedSince = await picture.look();
  if (movedSince.length > 0) throw stale(file, ...movedSince);
  const only = canaryRows(given, deps.store, report.verdicts ?? null);
  const cost = foreseen(given, deps, { only });
  await deps.beforeWriting?.();
  deps.ledger.planUses.begin(plan.id, job.pipeline.name, job.run);
  const written = await carryOut(given, writer, deps, {
    only,
    exactly: true,
    onShown: told.add,
  });
  const stopped = await endOf(written, given, deps);
  const ended = reportOf(given, deps, {
    startedAt,
    recovered,
    plan: plannedOf(report, picture),
    cost,
    written,
    canary: written.canary,
    shown: told.end(),
    saved: {
      plan: plan.id,
      ...(by !== undefined && { approved: { by, at: new Date(startedAt).toISOString() } }),
    },
    stopped,
  });
  // Rows that failed, or that nobody knows of, are what the same command is for; what Feishu refused and what is held by
  // now wait for somebody, not for another try.
  const open = written.failed + written.inDoubt + ended.notAttempted;
  if (ended.stopped === null && open === 0) deps.ledger.planUses.end(plan.id);
  return ended;
}

/** The plan as it was made, for its numbers; its rows are in the store. */
function plannedOf(
  { rows, retried, newest, newestKey, orphans, files, eyes, verdicts, byFile }: PlanHeader['report'],
  picture: Picture,
): Planned {
  return {
    read: rows.read,
    retried,
    retriedInVain: 0,
    heldDrops: 0,
    newest: newest === null || newestKey === null ? null : { ms: Date.parse(newest), key: newestKey },
    orphans,
    files,
    eyes,
    verdicts: verdicts ?? null,
    context: null,
    unparsed: 0,
    rekeyed: NOT_REKEYED,
    picture,
    absent: [],
    byFile: new Map(byFile.map(({ file, rows: { read }, retried }) => [file, { read, retried }])),
  };
}

function settingsOf({ settings: { allowed, ...policy } }: Binding) {
  return { policy, allowed: allowed as Job['allowed'] };
}

/** Whether this plan was begun and not ended. @throws HireSyncError PLAN_STALE when it was carried out */
function useOf({ plan, file }: Saved, { ledger }: Deps): boolean {
  const use = ledger.planUses.find(plan.id);
  if (use?.state === 'done') {
    // Of the machine: whoever repeats a plan sits at it, and the zone is named.
    const at = new Date(use.at).toLocaleString('sv-SE', { timeZoneName: 'shortOffset' });
    throw stale(file, {
      zh: `它已由运行 ${use.run} 在 ${at} 执行过`,
      en: `it was carried out already, by run ${use.run} at ${at}`,
    });
  }
  return use !== undefined;
}

function movedSettings({ plan, now, flags }: Saved): string[] {
  const { bound } = plan.header;
  const moved: string[] = [];
  const differ = (what: string, before: unknown, after: unknown): void => {
    const [then, is] = [JSON.stringify(before), JSON.stringify(after)];
    if (then !== is) moved.push(`${what}: it was ${then} and is ${is} now`);
  };
  differ('the pipeline', bound.pipeline, now.pipeline);
  differ('the version of hire-sync', bound.hireSync, now.hireSync);
  if (bound.code !== now.code) moved.push("the pipeline's code has changed");
  differ('the tenant', bound.tenant.baseUrl, now.tenant.baseUrl);
  differ('the app', bound.tenant.appId, now.tenant.appId);
  for (const [name, value] of Object.entries(flags)) {
    if (value !== undefined) differ(`the setting ${name}`, bound.settings[name as keyof typeof flags], value);
  }
  return moved;
}

async function movedFiles(context: FileContext, { files }: Binding): Promise<string[]> {
  const moved: string[] = [];
  for (const { file, sha256 } of files) {
    const now = await hashOf(context, file);
    context.picture?.read({ file, sha256 });
    if (now === null) moved.push(`${file} is not there any more`);
    else if (now !== sha256) moved.push(`${file} has changed`);
  }
  return moved;
}

const SHOWN = 10;

/**
 * Returns the keys of its records that were forgotten since.
 * @throws HireSyncError PLAN_STALE naming the records whose entry in the ledger is not as it was
 */
async function loadRows(
  job: Job,
  { store, ledger }: Deps,
  saved: Saved,
  begun: boolean,
): Promise<ReadonlySet<string>> {
  const moved: string[] = [];
  let count = 0;
  const { name, target } = job.pipeline;
  const compare: Parameters<typeof saved.plan.load>[2] = ({ seq, change }, state) => {
    if (change.key === null) return;
    const entry = ledger.find(job.pipeline.name, change.key);
    if (entryState(entry) === state) return;
    const left = begun ? leftOf(change, entry, job) : null;
    if (left !== null) {
      store.replace(seq, left);
      return;
    }
    count++;
    if (moved.length < SHOWN) moved.push(`the ledger's entry of ${change.key} has changed`);
  };
  const forgotten = new Set<string>();
  await saved.plan.load(store, target, compare, (key) => {
    if (!ledger.forgotten.has(name, key)) return false;
    forgotten.add(key);
    return true;
  });
  if (count > moved.length) moved.push(`${count - moved.length} more entries of the ledger have changed`);
  if (count > 0) throw stale(saved.file, ...moved);
  return forgotten;
}

/** The report of a plan that was made before these records were forgotten: it has their keys as examples. */
function reportWithout({ report }: PlanHeader, forgotten: ReadonlySet<string>): Report {
  return [...forgotten].reduce(withoutKey, report);
}

/** What is left of a row that the interrupted apply of this very plan has begun: null if it was not that which moved it. */
function leftOf(change: Change, entry: Entry | undefined, { policy, pipeline }: Job): Change | null {
  if (!('payload' in change)) return null;
  const { key, origin, payload } = change;
  if (entry === undefined) return null;
  const is = (state: Payload | null): boolean => state?.fingerprint === payload.fingerprint;
  const { state, remoteId, applied, intent, held, decision } = entry;
  const isTurnedDown = held !== null || decision === 'skip';
  if (state === 'settled' && remoteId !== null && is(applied) && !isTurnedDown)
    return { kind: 'unchanged', key, origin, remoteId };
  if (state === 'updating' && is(intent) && !isTurnedDown) return change;
  if (policy === undefined || !(isTurnedDown || (state === 'creating' && is(intent)))) return null;
  // It came to be held, or its create is still in doubt, or somebody has decided about it since.
  return changeOf(
    { kind: 'mapped', key, origin, payload },
    entry,
    { ...policy, recreateMissing: false },
    pipeline.target,
  );
}

/** What a plan depends on in the ledger: hex SHA-256 over an entry's state; null for a record it does not know. */
export function entryState(entry: Entry | undefined): string | null {
  if (entry === undefined) return null;
  const { state, remoteId, applied, intent, appliedSource, intentSource, held, decision } = entry;
  const parts = [
    state,
    remoteId,
    applied?.fingerprint,
    intent?.fingerprint,
    appliedSource,
    intentSource,
    held,
    decision,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** @throws HireSyncError PLAN_STALE naming the records that Feishu holds otherwise than when the plan was made */
async function mustBeAsPlanned(
  job: Job,
  writer: Writer,
  deps: Deps,
  { file, begun }: { readonly file: string; readonly begun: boolean },
): Promise<void> {
  const moved: string[] = [];
  let count = 0;
  const compare = createComparer(job, deps, writer);
  const kinds = ['create', 'update', 'adopt', 'record'] as const;
  if (deps.store.page(kinds, 0, 1).length > 0) await writer.ready();
  for await (const { planned, decide } of compared(deps.store, kinds, compare)) {
    writer.stopping.throwIfAborted();
    const decided = decide();
    if (decided.kind !== 'unreadable' && isDecided(decided, planned.change)) continue;
    // An update of the interrupted apply that lost its answer, and arrived.
    if (begun && decided.kind === 'record' && isThereAlready(decided, planned.change)) continue;
    count++;
    if (moved.length >= SHOWN) continue;
    const why = decided.kind === 'unreadable' ? 'could not be read' : 'has changed';
    moved.push(`Feishu: ${planned.change.key ?? ''} ${why}`);
  }
  if (count > moved.length) moved.push(`Feishu: ${count - moved.length} more have changed`);
  if (count > 0) throw stale(file, ...moved);
}
