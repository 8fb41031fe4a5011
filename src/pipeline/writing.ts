import { HireSyncError } from '../errors.ts';
import type { Intent } from '../ledger/entries.ts';
import type { Change, ChangeKind, Outcome, Payload, Problem, Told } from '../model.ts';
import { shownBeside } from '../plan/in-sent-terms.ts';
import type { PlannedChange } from '../plan/plan-store.ts';
import { DEFAULT_POLICY, type Policy } from '../plan/three-way.ts';
import type { Reason } from '../reason.ts';
import { lookFor, readAll } from '../writer/read-back.ts';
import type { Fate } from '../writer/recover.ts';
import { applyChanges } from '../writer/write.ts';
import { compared, createComparer, isSame } from './comparing.ts';
import { issueOf, noteIssues } from './issues.ts';
import type { Deps, Job, Writer } from './job.ts';
import { leftoverUpdates } from './leftovers.ts';
import { answersOf, recoverJob } from './recovery.ts';
import { isDecided, isThereAlready } from './same-decision.ts';

/** How many changes came to what. Refused and held rows are noted in the store instead. */
export interface Outcomes {
  readonly created: number;
  readonly updated: number;
  readonly failed: number;
  readonly inDoubt: number;
}

/** What carrying out came to. */
export interface Written extends Outcomes {
  /** The same by the file in which the rows stand. */
  readonly byFile: ReadonlyMap<string, Outcomes>;
  readonly stopped: HireSyncError | null;
}

/** How a plan is carried out. */
export interface How {
  /** As it is, whatever Feishu shows: rows for which it would be decided otherwise now are held. */
  readonly exactly?: boolean;
  /** Only the rows at these places. */
  readonly only?: ReadonlySet<number> | undefined;
  /** Told of each record that is settled: how Feishu shows it otherwise than it was sent. */
  readonly onShown: (differences: readonly Told[]) => void;
}

/**
 * Signs in if the plan in the store asks Feishu anything.
 * @throws HireSyncError when the app is refused, or Feishu cannot be reached
 */
export async function signIn(job: Job, writer: Writer, deps: Pick<Deps, 'store' | 'ledger'>): Promise<void> {
  if (asksAnything(job, deps)) await writer.ready();
}

/**
 * Carries out the plan in the store, then settles what became doubtful. What stops it after it has begun is
 * returned, not thrown: what was written must be told all the same.
 */
export async function writeJob(job: Job, writer: Writer, deps: Deps, how: How): Promise<Written> {
  const { run, pipeline } = job;
  const { ledger } = deps;
  const tally = createTally(job, deps);
  try {
    const write = {
      ...writer,
      run,
      pipeline: pipeline.name,
      target: pipeline.target.name,
      externalId: pipeline.externalId,
      lookFor: (remoteId: string) => lookFor(remoteId, writer),
      readAll: (application: string) => readAll(application, writer),
      answers: answersOf(job, writer, deps, how.onShown),
      ledger,
      now: deps.now,
    };
    // A saved plan is carried out as it is, and nothing else.
    const leftovers = how.exactly === true ? [] : leftoverUpdates(job, writer, deps);
    // No rows of this source: they are settled in the ledger, and not counted.
    await applyChanges({ ...write, changes: leftovers, onOutcome: () => {} });
    await applyChanges({ ...write, changes: due(job, writer, deps, { tally, how }), onOutcome: tally.add });
    if (tally.hasDoubts())
      await recoverJob(job, writer, deps, { onFate: tally.settle, onShown: how.onShown });
    return tally.end(null);
  } catch (error) {
    if (!HireSyncError.is(error)) throw error;
    return tally.end(error);
  }
}

/** Whether Feishu is asked about records that the source did not change as well. */
const asksAll = ({ repairDrift, recreateMissing }: Policy): boolean => repairDrift || recreateMissing;

function asksAnything(
  { pipeline, policy = DEFAULT_POLICY }: Job,
  { store, ledger }: Pick<Deps, 'store' | 'ledger'>,
): boolean {
  const kinds: ChangeKind[] = ['create', 'update', 'adopt', 'record'];
  if (asksAll(policy)) kinds.push('unchanged');
  if (store.page(kinds, 0, 1).length > 0) return true;
  return ledger.decisions
    .pending(pipeline.name)
    .values()
    .some((key) => store.seen(key)?.kind === 'unchanged');
}

/**
 * What is to be sent, in plan order, each row compared with what Feishu holds before its turn. What turns out to need no
 * request is settled here: adopted, recorded, held or left.
 */
async function* due(
  job: Job,
  writer: Writer,
  deps: Deps,
  { tally, how }: { tally: Pick<ReturnType<typeof createTally>, 'add'>; how: How },
): AsyncGenerator<PlannedChange> {
  const { run, pipeline, policy = DEFAULT_POLICY } = job;
  const { ledger, store } = deps;
  const { exactly = false, only } = how;
  const kinds: ChangeKind[] = ['create', 'update', 'adopt', 'record'];
  // What somebody decided may need Feishu to be asked about a row that the source did not change.
  const decided = ledger.decisions.pending(pipeline.name);
  // What the plan holds because it is missing in Feishu is noted as any other sync would note it.
  if (exactly) kinds.push('held');
  else if (asksAll(policy) || decided.size > 0) kinds.push('unchanged');
  const compare = createComparer(job, deps, writer);
  // A canary is about requests: what needs none is not put off.
  const wanted = ({ seq, change: { kind, key } }: PlannedChange): boolean => {
    if (kind === 'unchanged' && !asksAll(policy) && !decided.has(key ?? '')) return false;
    return only === undefined || only.has(seq) || kind === 'adopt' || kind === 'record' || kind === 'held';
  };
  for await (const { planned, decide, settles, before, raw } of compared(store, kinds, compare, wanted)) {
    // A row is noted as something else only while the run may still act on it.
    if (writer.stopping.aborted) return;
    const now = decide();
    const change = exactly && now.kind !== 'unreadable' ? asPlanned(now, planned.change) : now;
    if (change.kind === 'unreadable') {
      const { key, origin, kind } = planned.change;
      const reason = { code: 'not-compared', feishuCode: change.code } as const;
      if (kind === 'create' || kind === 'update') tally.add(planned, { ...change, kind: 'failed' });
      else store.replace(planned.seq, { kind: 'held', key: key ?? '', origin, reason });
      continue;
    }
    // An edit that is left alone is what came of an update without an answer: nobody sends that one again.
    const became = settles ?? (change.kind === 'drifted' ? before : undefined);
    if (became !== undefined && change.key !== null)
      ledger.versions.settleOpen(pipeline.name, change.key, became);
    // So that somebody can decide about it (`hire-sync resolve`), and no later night needs to ask. What is near another
    // object is not kept: the next night compares it again, with what is there and in the export by then.
    if (change.kind === 'held' && change.reason.code === 'missing-in-feishu')
      ledger.doubts.hold(pipeline.name, change.key, change.reason);
    else if (
      change.kind === 'held' &&
      change.reason.code === 'beside-strangers' &&
      planned.change.kind === 'create'
    )
      ledger.doubts.holdNew(createOf(planned.change, job, ledger), change.reason);
    if (change.kind === 'adopt') {
      const shown = shownOf(change.payload, raw(), job);
      ledger.doubts.learn({ ...createOf(change, job, ledger), shown }, change.remoteId, 'run');
    }
    if (change.kind === 'record') {
      const { key, payload, source } = change;
      const shown = shownOf(payload, raw(), job);
      ledger.versions.record(run, pipeline.name, key, { payload, source: source?.json, shown });
    }
    // Nothing came of the decision: Feishu holds what it should.
    if (change.kind === 'unchanged' && decided.has(change.key))
      ledger.decisions.drop(pipeline.name, change.key);
    if (!isSame(change, planned.change)) store.replace(planned.seq, change);
    if (change.kind === 'create' || change.kind === 'update') yield { ...planned, change };
  }
}

/** See `Entry.shown`. */
function shownOf(payload: Payload, raw: Payload | undefined, { pipeline }: Job): string | null | undefined {
  return raw === undefined ? undefined : shownBeside(payload, raw, pipeline.target.shape);
}

/** The create of a record that is not sent: its object is there, or it is held. */
function createOf(
  { key, payload }: Extract<Change, { kind: 'create' | 'adopt' }>,
  { run, pipeline }: Job,
  { doubts }: Deps['ledger'],
): Intent {
  const externalId = doubts.externalId(pipeline.name, key, pipeline.externalId(key));
  const { name: target } = pipeline.target;
  return { run, pipeline: pipeline.name, key, target, action: 'create', externalId, payload };
}

/**
 * A row of a saved plan that Feishu does not show as it was planned is held: nobody has seen what would be sent now. What
 * comes to the same without a request is done: Feishu holds what was to be written.
 */
function asPlanned(now: Change, planned: Change): Change {
  if (isDecided(now, planned) || now.kind === 'held' || now.kind === 'unchanged') return now;
  if (isThereAlready(now, planned)) return now;
  const { key, origin } = planned;
  return { kind: 'held', key: key ?? '', origin, reason: { code: 'changed-since-plan' } };
}

/** Counts outcomes, keeps the store's kinds in step, and remembers the creates in doubt until they are settled. */
function createTally({ run }: Job, { ledger, store, onProgress }: Deps) {
  const total = store.count('create') + store.count('update');
  const none = { created: 0, updated: 0, failed: 0, inDoubt: 0 };
  const counts = { ...none };
  const byFile = new Map<string, typeof counts>();
  const doubtful = new Map<
    string,
    { readonly planned: PlannedChange; readonly logId: string; readonly code: string }
  >();
  let turnedDown = 0;
  const count = (outcome: keyof Outcomes, { change }: PlannedChange, by: 1 | -1 = 1): void => {
    const { file } = change.origin;
    const ofFile = byFile.get(file) ?? { ...none };
    counts[outcome] += by;
    ofFile[outcome] += by;
    byFile.set(file, ofFile);
  };
  const replace = ({ seq }: PlannedChange, change: Change): void => {
    turnedDown++;
    store.replace(seq, change);
  };
  const note = (kind: 'failed' | 'in-doubt', planned: PlannedChange, code: string, logId: string): void =>
    ledger.runs.addIssues(run, [issueOf(kind, planned, code, '', logId)]);

  return {
    total,
    hasDoubts: () => doubtful.size > 0,
    add(planned: PlannedChange, outcome: Outcome): void {
      const { change } = planned;
      store.outcomes.note(planned.seq, outcome);
      switch (outcome.kind) {
        case 'done':
          count(change.kind === 'create' ? 'created' : 'updated', planned);
          break;
        case 'refused':
          replace(planned, {
            kind: 'rejected',
            key: change.key,
            origin: change.origin,
            problems: [refusal(outcome)],
          });
          break;
        case 'held':
          replace(planned, heldAs(change, outcome.reason));
          break;
        case 'failed':
          count('failed', planned);
          note('failed', planned, String(outcome.code ?? 'NO_ANSWER'), outcome.logId);
          break;
        case 'in-doubt': {
          count('inDoubt', planned);
          const code = String(outcome.code ?? 'NO_ANSWER');
          doubtful.set(change.key ?? '', { planned, code, logId: outcome.logId });
        }
      }
      const failed = counts.failed + counts.inDoubt + turnedDown;
      onProgress?.({ done: counts.created + counts.updated + failed, total, failed });
    },
    settle(key: string, fate: Fate): void {
      const doubt = doubtful.get(key);
      if (doubt === undefined || fate.kind === 'open') return;
      doubtful.delete(key);
      count('inDoubt', doubt.planned, -1);
      const { change } = doubt.planned;
      store.outcomes.note(
        doubt.planned.seq,
        fate.kind === 'held' ? fate : { kind: 'done', remoteId: fate.remoteId },
      );
      if (fate.kind !== 'held') count('created', doubt.planned);
      else replace(doubt.planned, heldAs(change, fate.reason));
    },
    end(stopped: HireSyncError | null): Written {
      try {
        for (const { planned, code, logId } of doubtful.values()) note('in-doubt', planned, code, logId);
        noteIssues(run, store, ledger);
        return { ...counts, byFile, stopped };
      } catch (error) {
        // A ledger that takes nothing any more is why the run stopped, and no reason to keep quiet about the rest.
        if (!HireSyncError.is(error)) throw error;
        return { ...counts, byFile, stopped: stopped ?? error };
      }
    },
  };
}

function heldAs({ key, origin }: Change, reason: Reason): Change {
  return { kind: 'held', key: key ?? '', origin, reason };
}

/** A row that Feishu refuses is a rejected row: it goes into the reject file with Feishu's words. */
function refusal({ code, message, logId }: Extract<Outcome, { kind: 'refused' }>): Problem {
  const text = `${message} (code ${code}, log id ${logId || 'none'})`;
  return { code: 'FEISHU_REFUSED', field: '', value: '', message: text, refusal: { code, logId } };
}
