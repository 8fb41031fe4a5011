import { HireSyncError } from '../errors.ts';
import type { Entry } from '../ledger/entries.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Change, ChangeKind, Payload } from '../model.ts';
import { fingerprintOf } from '../plan/canonical.ts';
import { shownBeside } from '../plan/in-sent-terms.ts';
import { eachMissing } from '../plan/pages.ts';
import { eachChange, type PlanStore } from '../plan/plan-store.ts';
import type { PlannedChange } from '../plan/planned.ts';
import type { Shape } from '../plan/shape.ts';
import { hasMasked } from '../plan/shown.ts';
import { DEFAULT_POLICY, decide, decidedPolicy } from '../plan/three-way.ts';
import { unseen } from '../writer/unseen.ts';
import {
  type Asking,
  type Contents,
  createFeishuNow,
  type Holder,
  type Present,
  type Unreadable,
} from './feishu-now.ts';
import type { Deps, Job } from './job.ts';
import { questionOf } from './same-decision.ts';
import { createStrangers, decideCreate, type Strangers } from './strangers.ts';
import type { ThereBefore } from './there-before.ts';

/** What became of an update without an answer; `shown` as in `Entry`. */
interface Settles {
  readonly payload: Payload;
  readonly source: string | null;
  readonly shown: string | null;
}

/** A planned row, and what is to be done about it now that Feishu was asked. */
export interface Comparison {
  readonly planned: PlannedChange;
  /** To be called when the row's turn has come: what other rows adopted or created meanwhile counts. */
  readonly decide: () => Change | Unreadable;
  /** Set where an update had lost its answer and Feishu shows what became of it: what it holds, and what the source said. */
  readonly settles?: Settles | undefined;
  /** Set where an update had lost its answer: what was there before it, should it be given up. */
  readonly before?: Settles | undefined;
  /** What Feishu shows of the object that was decided about, once it was; undefined without one. */
  readonly raw: () => Payload | undefined;
}

/** Compares rows with what Feishu holds now, a page at a time: their ids are asked for together. */
export type Comparer = (page: readonly PlannedChange[]) => Promise<readonly Comparison[]>;

/**
 * @param before is told of what is there before creates
 * @throws HireSyncError what the calls throw
 */
export function createComparer(
  { pipeline, policy = DEFAULT_POLICY, restored }: Pick<Job, 'pipeline' | 'policy' | 'restored'>,
  { ledger, now, store }: Pick<Deps, 'ledger' | 'now' | 'store'>,
  asking: Asking,
  before?: ThereBefore,
): Comparer {
  const target = pipeline.target;
  const feishu = createFeishuNow(pipeline, asking, { ledger, now });
  const strangers = createStrangers(pipeline, { ledger, store });
  let vanished: ReadonlySet<string> | undefined;

  const decideKnown = (change: Known, entry: Owned, there: Present): Change | Unreadable => {
    const { key, origin } = change;
    const { remoteId } = entry;
    const payload = sourceOf(change, entry);
    switch (there.kind) {
      case 'unreadable':
        return there;
      case 'missing': {
        const anew = { kind: 'create', key, origin, payload, recreates: remoteId } as const;
        if (entry.decision === 'create') return anew;
        const reason = unseen(remoteId, entry, now());
        if (!policy.recreateMissing || reason.code !== 'missing-in-feishu')
          return { kind: 'held', key, origin, reason };
        // Somebody may have deleted it and typed it anew.
        const near = strangers.beside({ key, payload }, there.under ?? []);
        return near === null ? anew : { kind: 'held', key, origin, reason: near };
      }
      case 'found':
        // Keeping such a value would write it there.
        if (decidedPolicy(entry, policy).onDrift !== 'overwrite' && hasMasked(there.payload.json))
          return { kind: 'held', key, origin, reason: { code: 'masked-values', remoteId } };
        return decide({ key, origin, remoteId, payload, entry, found: there.payload }, policy, target);
    }
  };

  return async (page) => {
    const entries = new Map<number, Owned>();
    const applications = new Map<string, Contents>();
    const foundUnder = new Map<string, ReturnType<Strangers['under']>>();
    for (const { seq, change } of page) {
      if (!isKnown(change)) continue;
      const entry = ledger.find(pipeline.name, change.key);
      if (isOwned(entry)) entries.set(seq, entry);
      else if (change.kind === 'create') applications.set(applicationOf(change.payload), NOTHING);
    }
    const read = async (application: string): Promise<void> => {
      // Also where the ledger knows too little, or a record is gone from the export that may be this one under another key:
      // then all that tells a create from a duplicate is this list.
      vanished ??= vanishedUnder(pipeline.name, { ledger, store });
      const isOpen =
        restored !== undefined ||
        vanished.has(application) ||
        ledger.doubts.of(pipeline.name, application).length > 0;
      const contents = await feishu.contentsOf(application, isOpen);
      applications.set(application, contents);
      if (contents.kind === 'contents') before?.note(application, contents.objects);
    };
    const [present] = await Promise.all([
      feishu.objectsOf([...entries.values()]),
      Promise.all([...applications.keys()].map(read)),
    ]);
    return page.map((planned): Comparison => {
      const { change, seq } = planned;
      const entry = entries.get(seq);
      if (entry !== undefined && isKnown(change)) {
        const there = present.get(entry.remoteId) ?? { kind: 'missing' };
        return {
          planned,
          decide: () => decideKnown(change, entry, there),
          settles: settles(entry, there, target.shape),
          before: beforeOf(entry),
          raw: () => (there.kind === 'found' ? there.raw : undefined),
        };
      }
      if (change.kind !== 'create') return { planned, decide: () => change, raw: () => undefined };
      const application = applicationOf(change.payload);
      const there = applications.get(application) ?? NOTHING;
      let adopted: Holder | undefined;
      const decide = (): Change | Unreadable => {
        const { key, origin } = change;
        // An application that Feishu refuses to list: it will refuse the create as well, with the better reason.
        if (there.kind === 'unreadable') return there.refused && restored === undefined ? change : there;
        const rows = rowsOf(page, application);
        const find = () => strangers.under(application, rows, there.objects);
        let found = foundUnder.get(application) ?? find();
        let own = found.get(seq);
        // Settled for another record since: then the next one is this one's, if there is one.
        if (own !== undefined && !strangers.take(own)) {
          found = find();
          own = found.get(seq);
          if (own !== undefined) strangers.take(own);
        }
        foundUnder.set(application, found);
        // With an older ledger any of them may be this record's, as it was written since.
        const isSuspect = restored !== undefined && own === undefined;
        const ids = isSuspect ? strangers.unlike(application, rows, there.objects) : [];
        if (ids.length > 0 && ledger.decisions.of(pipeline.name, key) !== 'create')
          return { kind: 'held', key, origin, reason: { code: 'beside-strangers', ids } };
        if (own?.kind === 'equal') adopted = own.object;
        return decideCreate(change, own);
      };
      return { planned, decide, raw: () => adopted?.raw };
    });
  };
}

/** Rows of a page: two requests by id, or one per application, go out together. */
export const PAGE = 40;
/**
 * Pages asked for before their turn. Reads and writes have a budget of their own each, and a create takes one of both:
 * with one page ahead, writes would wait for the last answer of every page.
 */
const AHEAD = 3;

/**
 * Rows of some kinds, those of them that are `wanted`, in plan order, compared: while a page is handed out the next ones
 * are being asked for.
 */
export async function* compared(
  store: PlanStore,
  kinds: readonly ChangeKind[],
  compare: Comparer,
  wanted: (planned: PlannedChange) => boolean = () => true,
): AsyncGenerator<Comparison> {
  const rows = eachChange(store, kinds, PAGE).filter(wanted);
  const underWay: Promise<readonly Comparison[]>[] = [];
  for (;;) {
    while (underWay.length < AHEAD) {
      const page = taken(rows, PAGE);
      if (page.length === 0) break;
      const questions = page.map((planned) => ({ ...planned, change: questionOf(planned.change) }));
      const comparing = compare(questions).then((asked) =>
        asked.map((one, i) => ({ ...one, planned: page[i] ?? one.planned })),
      );
      // Its failure is told when its turn has come, if it comes.
      comparing.catch(() => {});
      underWay.push(comparing);
    }
    const page = await underWay.shift();
    if (page === undefined) return;
    yield* page;
  }
}

function taken<T>(items: Iterator<T>, count: number): T[] {
  const some: T[] = [];
  while (some.length < count) {
    const next = items.next();
    if (next.done === true) break;
    some.push(next.value);
  }
  return some;
}

/**
 * Brings a plan that was made from the ledger to what Feishu holds: drift, conflicts, what is missing or there already.
 * @throws HireSyncError FEISHU_UNREACHABLE when an object could not be read, and what the calls throw
 */
export async function compareAll(job: Job, deps: Deps, asking: Asking): Promise<void> {
  const { store } = deps;
  const compare = createComparer(job, deps, asking);
  const kinds = ['create', 'update', 'record', 'unchanged'] as const;
  for await (const { planned, decide } of compared(store, kinds, compare)) {
    asking.stopping.throwIfAborted();
    const change = decide();
    if (change.kind === 'unreadable') throw unreadable(change);
    if (!isSame(change, planned.change)) store.replace(planned.seq, change);
  }
}

/** Nothing to note: of a million rows most are as they were. */
export function isSame(now: Change, planned: Change): boolean {
  return now === planned || (now.kind === 'unchanged' && planned.kind === 'unchanged');
}

function unreadable({ code, message, logId }: Unreadable): HireSyncError {
  const answer = code === null ? message : `code ${code}, log id ${logId || 'none'}`;
  return new HireSyncError(
    'FEISHU_UNREACHABLE',
    `What Feishu holds could not be read (${answer}), so there is nothing to compare with. Nothing was written.`,
  );
}

/** What became of an update without an answer, if Feishu shows it: it arrived, or it did not. */
export function settles(entry: Entry, there: Present, shape: Shape): Comparison['settles'] {
  const { state, intent, intentSource, applied, appliedSource } = entry;
  if (state !== 'updating' || there.kind !== 'found') return undefined;
  const shown = (payload: Payload) => shownBeside(payload, there.raw, shape);
  if (intent?.json === there.payload.json)
    return { payload: intent, source: intentSource, shown: shown(intent) };
  if (applied?.json === there.payload.json)
    return { payload: applied, source: appliedSource, shown: shown(applied) };
  return undefined;
}

/** What the ledger knew before an update that has no answer; undefined where it knew nothing. */
function beforeOf({ state, applied, appliedSource, shown }: Entry): Settles | undefined {
  if (state !== 'updating' || applied === null || applied.fingerprint === '') return undefined;
  return { payload: applied, source: appliedSource, shown: shown ?? null };
}

type Known = Extract<Change, { kind: 'create' | 'update' | 'unchanged' }>;
type Owned = Entry & { readonly remoteId: string };

const NOTHING: Contents = { kind: 'contents', objects: [] };

function isKnown(change: Change): change is Known {
  return change.kind === 'create' || change.kind === 'update' || change.kind === 'unchanged';
}

function isOwned(entry: Entry | undefined): entry is Owned {
  return entry !== undefined && entry.remoteId !== null;
}

/** What the source says of a row that was planned without asking Feishu. */
function sourceOf(change: Known, entry: Entry): Payload {
  if (change.kind === 'update') return change.source ?? change.payload;
  if (change.kind === 'create') return change.payload;
  const json = entry.appliedSource ?? entry.applied?.json ?? '{}';
  return { json, fingerprint: fingerprintOf(json) };
}

/** The applications of records that the export no longer has. */
function vanishedUnder(
  pipeline: string,
  { ledger, store }: { readonly ledger: Pick<Ledger, 'find'>; readonly store: PlanStore },
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { key } of eachMissing(store)) {
    const { applied } = ledger.find(pipeline, key) ?? {};
    if (applied != null && applied.fingerprint !== '') found.add(applicationOf(applied));
  }
  return found;
}

/** The creates of one application among some rows. */
function rowsOf(rows: readonly PlannedChange[], application: string): readonly PlannedChange[] {
  return rows.filter(
    ({ change }) => change.kind === 'create' && applicationOf(change.payload) === application,
  );
}

function applicationOf({ json }: Payload): string {
  return (JSON.parse(json) as { readonly external_application_id: string }).external_application_id;
}
