import type { Told } from '../difference.ts';
import { HireSyncError } from '../errors.ts';
import type { Intent } from '../ledger/entries.ts';
import type { Change, ChangeKind, Payload } from '../model.ts';
import { shownBeside } from '../plan/in-sent-terms.ts';
import type { PlannedChange } from '../plan/planned.ts';
import { DEFAULT_POLICY } from '../plan/three-way.ts';
import { createFirstRefusals } from '../writer/first-refusals.ts';
import { lookFor, readAll } from '../writer/read-back.ts';
import { isUnseen } from '../writer/unseen.ts';
import { applyChanges } from '../writer/write.ts';
import { askedIn, asksAll, type Choice } from './asked.ts';
import { type Comparison, compared, createComparer, isSame } from './comparing.ts';
import type { Deps, Job, Writer } from './job.ts';
import { leftoverUpdates } from './leftovers.ts';
import { answersOf, recoverJob } from './recovery.ts';
import { isDecided, isThereAlready } from './same-decision.ts';
import { createTally, type Written } from './tally.ts';
import { createThereBefore, type ThereBefore } from './there-before.ts';

/** How a plan is carried out. `exactly`: as it is, whatever Feishu shows; rows for which it would be decided otherwise now are held. */
export interface How extends Choice {
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
  const first = createFirstRefusals();
  const refusedBefore = new Set<number>();
  const before = createThereBefore();
  try {
    const write = {
      ...writer,
      run,
      pipeline: pipeline.name,
      target: pipeline.target.name,
      externalId: pipeline.externalId,
      lookFor: (remoteId: string) => lookFor(remoteId, writer),
      readAll: (application: string) => readAll(application, writer),
      answers: answersOf(job, writer, deps, how.onShown, before.has),
      ledger,
      now: deps.now,
    };
    // A saved plan is carried out as it is, and nothing else.
    const leftovers = how.exactly === true ? [] : leftoverUpdates(job, writer, deps);
    // No rows of this source: they are settled in the ledger, and not counted.
    await applyChanges({
      ...write,
      changes: leftovers,
      onOutcome: (_, outcome) => first.note(outcome, false),
    });
    const changes = due(job, writer, deps, { tally, how, refusedBefore, before });
    await applyChanges({
      ...write,
      changes,
      room: first.room,
      onOutcome(planned, outcome) {
        tally.add(planned, outcome);
        first.note(outcome, refusedBefore.has(planned.seq));
      },
    });
    if (tally.hasDoubts()) {
      deps.onStep?.('reading-back');
      await recoverJob(job, writer, deps, { onFate: tally.settle, onShown: how.onShown });
    }
    return tally.end(null);
  } catch (error) {
    if (!HireSyncError.is(error)) throw error;
    return tally.end(error);
  }
}

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
 * What is to be sent, each row compared with what Feishu holds before its turn: in plan order, but what Feishu refused
 * before and is the same comes last, and its place is added to `refusedBefore`. `before` is told of what is there
 * before creates. What turns out to need no request is settled
 * here: adopted, recorded, held or left.
 */
async function* due(
  job: Job,
  writer: Writer,
  deps: Deps,
  {
    tally,
    how,
    refusedBefore,
    before,
  }: {
    tally: Pick<ReturnType<typeof createTally>, 'add'>;
    how: How;
    refusedBefore: Set<number>;
    before: ThereBefore;
  },
): AsyncGenerator<PlannedChange> {
  const { run, pipeline } = job;
  const { ledger, store } = deps;
  const { exactly = false } = how;
  const { kinds, wanted, comesLast, decided } = askedIn(job, deps, how);
  const compare = createComparer(job, deps, writer, before);
  const isWanted = ({ seq, change: { kind, key } }: PlannedChange): boolean => wanted({ seq, kind, key });
  const isLast = ({ seq, change }: PlannedChange): boolean => {
    const { fingerprint = null } =
      change.kind === 'create' || change.kind === 'update' ? sourceOf(change) : {};
    const is = comesLast({ kind: change.kind, key: change.key, fingerprint });
    if (is) refusedBefore.add(seq);
    return is;
  };
  const inTurn = async function* (): AsyncGenerator<Comparison> {
    yield* compared(store, kinds, compare, (planned) => isWanted(planned) && !isLast(planned));
    if (refusedBefore.size > 0) yield* compared(store, kinds, compare, ({ seq }) => refusedBefore.has(seq));
  };
  for await (const { planned, decide, settles, before, raw } of inTurn()) {
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
    // So that somebody can decide about it (`hire-sync resolve`), and that it stays open on a night that does not change it.
    if (change.kind === 'held' && isUnseen(change.reason))
      ledger.doubts.hold(pipeline.name, change.key, change.reason);
    // What is near a create is compared anew each night. What a restored ledger could not tell is not: the next run trusts it.
    else if (
      now.kind === 'held' &&
      now.reason.code === 'beside-strangers' &&
      change.kind === 'held' &&
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

/** What the source said of a row that is to be sent. */
function sourceOf(change: Extract<Change, { kind: 'create' | 'update' }>): Payload {
  return (change.kind === 'update' ? change.source : undefined) ?? change.payload;
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
