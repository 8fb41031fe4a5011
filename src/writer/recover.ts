import pLimit from 'p-limit';
import type { RemoteObject } from '../feishu/endpoints.ts';
import { inPages } from '../in-pages.ts';
import type { Entry } from '../ledger/entries.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Payload } from '../model.ts';
import type { Reason } from '../reason.ts';
import type { Likeness, Settled } from './answers.ts';
import type { CallResult } from './contract.ts';
import { closest, likenessOf, matching, type Pair } from './likest.ts';
import { READ_BACK_WAITS_MS } from './read-back.ts';

/**
 * How long an `external_id` protects a create, in ms. Feishu documents 24 h (external-interview-create.md) and
 * does not say from when on; the margin covers that, and clocks that differ.
 */
export const WINDOW = { lengthMs: 24 * 3_600_000, marginMs: 3_600_000 } as const;

/** What became of one open create. */
export type Fate =
  /** It was found in Feishu, or a repeat was answered with its id. */
  | { readonly kind: 'adopted' | 'created'; readonly remoteId: string }
  /** Somebody must decide. */
  | { readonly kind: 'held'; readonly reason: Reason }
  /** Still nobody knows: Feishu could not be asked. The next run tries again. */
  | { readonly kind: 'open' };

/** What `recover` needs. */
export interface RecoverInput {
  readonly run: string;
  readonly pipeline: string;
  readonly target: string;
  readonly ledger: Pick<Ledger, 'doubts'>;
  /** All objects of an application, every page of them. */
  readonly readAll: (application: string) => Promise<CallResult<readonly RemoteObject[]>>;
  /** How an object stands to what a create sent; null when it is not to be taken for it. */
  readonly likeness: (sent: Payload, found: RemoteObject) => Likeness | null;
  /** The same for payloads that Feishu may show as one another. */
  readonly evenKey: (sent: Payload) => string;
  /** The object is the record's: settles the create. */
  readonly adopt: (entry: Entry, found: RemoteObject) => Promise<Settled>;
  /**
   * Sends the same create again under the same `external_id`, and settles it by the answer. `seen`: what was found under
   * its application; an answer with another object is about one that is not visible yet, or deleted. Nothing is sent
   * beside an object that may be its own without being equal: then it is `not-ours`.
   */
  readonly resend: (
    entry: Entry,
    seen: readonly RemoteObject[],
  ) => Promise<Settled | { readonly kind: 'refused' }>;
  readonly onFate: (entry: Entry, fate: Fate) => void;
  /** Epoch ms. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly stopping: AbortSignal;
  readonly window?: { readonly lengthMs: number; readonly marginMs: number };
  readonly waitsMs?: readonly number[] | undefined;
  /**
   * The ledger is older than what was written: what is in doubt there may have been settled and changed since, so that
   * nothing is sent anew beside objects that belong to no record and are like none.
   */
  readonly isRestored?: boolean | undefined;
  /** A repeated `external_id` creates another object here: what is there is looked for first, and patiently. */
  readonly repeatCreates?: boolean | undefined;
}

// Reads of different applications go side by side; the read throttle bounds their rate.
const SIDE_BY_SIDE = 4;
const PAGE = 200;

/**
 * Settles every open create of a pipeline: reads back what Feishu holds under its application and compares
 * content, because no answer ever contains an `external_id`. Works whatever a repeated `external_id` answers.
 * @throws HireSyncError what the calls throw (the run stops), LEDGER_UNWRITABLE
 */
export async function recover(input: RecoverInput): Promise<void> {
  const limit = pLimit(SIDE_BY_SIDE);
  const open = (after: string) => input.ledger.doubts.applications(input.pipeline, after, PAGE);
  for (const applications of inPages('', PAGE, open, (id) => id))
    await Promise.all(applications.map((id) => limit(() => recoverApplication(id, input))));
}

async function recoverApplication(application: string, input: RecoverInput): Promise<void> {
  const open = input.ledger.doubts.of(input.pipeline, application);
  const alike = Map.groupBy(open, ({ intent }) => (intent === null ? '' : input.evenKey(intent)));
  let found = await findUnowned(application, input);
  for (const records of alike.values()) {
    if (found === null || input.stopping.aborted) {
      for (const record of records) input.onFate(record, { kind: 'open' });
      continue;
    }
    const rest = await adoptEqual(records, found, input);
    await settleAlike(rest, unowned(found, input), input);
    // What was adopted or created for these must not be offered to the next ones.
    found = unowned(found, input);
  }
}

/** Objects of the application that no record owns; null when Feishu cannot be asked. */
async function findUnowned(application: string, input: RecoverInput): Promise<RemoteObject[] | null> {
  const answer = await input.readAll(application);
  return answer.kind === 'done' ? unowned(answer.data, input) : null;
}

function unowned(found: readonly RemoteObject[], { ledger, target }: RecoverInput): RemoteObject[] {
  return found.filter(({ id }) => !ledger.doubts.isOwned(target, id));
}

/** Objects go first to the creates that they equal to the letter. Returns the records for which there are not enough. */
async function adoptEqual(
  records: readonly Entry[],
  found: readonly RemoteObject[],
  input: RecoverInput,
): Promise<readonly Entry[]> {
  const rest: Entry[] = [];
  for (const equal of Map.groupBy(records, ({ intent }) => intent?.fingerprint).values()) {
    const matches = found.filter((object) => likenessOf(equal, object, input) === 'same');
    if (matches.length >= equal.length) await adoptAll(equal, matches, input);
    else rest.push(...equal);
  }
  return rest;
}

/** Settles records of one application whose payloads Feishu may show alike: any of them may own any of the objects. */
async function settleAlike(
  records: readonly Entry[],
  found: readonly RemoteObject[],
  input: RecoverInput,
): Promise<void> {
  if (records.length === 0) return;
  const { lengthMs, marginMs } = input.window ?? WINDOW;
  // While Feishu remembers the key a repeat tells whose object is whose; later it would make a second one, so what
  // is there is given out first. An age that is negative (a clock was set back), or that is none, protects nothing.
  const isProtected = (entry: Entry): boolean => {
    const ageMs = input.now() - entry.firstAttemptAt;
    return input.repeatCreates !== true && ageMs >= 0 && ageMs < lengthMs - marginMs;
  };
  const matches = matching(records, found, input, !records.some(isProtected));
  const left = matches.length >= records.length ? await adoptAll(records, matches, input) : records;
  const refused = await repeatEach(left.filter(isProtected), found, input);
  await settleRest({ refused, old: left.filter((record) => !isProtected(record)) }, input);
}

/** Repeats creates under their keys, one after the other. Returns those whose repeat was answered with an error. */
async function repeatEach(
  records: readonly Entry[],
  seen: readonly RemoteObject[],
  input: RecoverInput,
): Promise<Entry[]> {
  const refused: Entry[] = [];
  for (const record of records)
    if ((await repeat(record, seen, input)).kind === 'refused') refused.push(record);
  return refused;
}

/** Repeats a create under its key. What comes of it is told, except of a refusal. */
async function repeat(
  record: Entry,
  seen: readonly RemoteObject[],
  input: RecoverInput,
): Promise<Fate | { readonly kind: 'refused' }> {
  const answer = input.stopping.aborted ? null : await input.resend(record, seen);
  if (answer?.kind === 'refused') return answer;
  const fate: Fate =
    answer?.kind === 'done'
      ? { kind: 'created', remoteId: answer.remoteId }
      : answer?.kind === 'not-ours'
        ? hold(record, answer.reason, input)
        : { kind: 'open' };
  input.onFate(record, fate);
  return fate;
}

/** Creates whose repeat was refused, which may mean that the object exists and is not visible yet, and old creates. */
async function settleRest(
  { refused, old }: { refused: readonly Entry[]; old: readonly Entry[] },
  input: RecoverInput,
): Promise<void> {
  const rest = [...refused, ...old];
  const [first] = rest;
  if (first === undefined) return;
  const waits =
    refused.length > 0 || input.repeatCreates === true ? (input.waitsMs ?? READ_BACK_WAITS_MS) : [0];
  let found: readonly RemoteObject[] | null = [];
  let matches: readonly RemoteObject[] = [];
  for (const waitMs of waits) {
    await input.sleep(waitMs);
    found = await findUnowned(applicationOf(first), input);
    if (found === null) {
      for (const record of rest) input.onFate(record, { kind: 'open' });
      return;
    }
    matches = matching(rest, found, input, true);
    if (matches.length >= rest.length) break;
  }
  // The refused ones have their object, seen or not; the old ones may have one.
  const sure = closest(refused, matches, input);
  await adoptEach(sure.pairs, input);
  for (const record of sure.left) input.onFate(record, hold(record, { code: 'refused-repeat' }, input));
  const strangers = strangersAmong(found, applicationOf(first), input);
  if (input.isRestored === true && strangers.length > 0) {
    const given = closest(old, sure.free, input);
    await adoptEach(given.pairs, input);
    const reason = { code: 'beside-strangers', ids: strangers } as const;
    for (const record of given.left) input.onFate(record, hold(record, reason, input));
    return;
  }
  const unseen = await createAnew(old, { free: sure.free, found }, input);
  // Refused although the window is over: clocks disagree, or a request of a killed run has only just arrived, and
  // its object is not visible yet.
  await settleRest({ refused: unseen, old: [] }, input);
}

/**
 * Old creates, of which fewer objects are there than records: as many as there are objects are given one, the others are
 * sent anew, one after the other. Feishu may know the key of one of them all the same (who knows how old it is, after a
 * clock was set back): then its object is one of those that are there, and the record that was to be given it is sent in
 * its place. Returns those that were refused and for which no object is left.
 */
async function createAnew(
  old: readonly Entry[],
  { free, found }: { readonly free: readonly RemoteObject[]; readonly found: readonly RemoteObject[] },
  input: RecoverInput,
): Promise<Entry[]> {
  const { pairs, left: queue } = closest(old, free, input);
  const given = [...pairs];
  const unseen: Entry[] = [];
  let unknown = false;
  for (let record = queue.shift(); record !== undefined; record = queue.shift()) {
    if (!input.stopping.aborted) input.ledger.doubts.renew(input.pipeline, record.key);
    const answer = await repeat(record, found, input);
    unknown ||= answer.kind === 'open';
    if (answer.kind === 'open' || answer.kind === 'held') continue;
    const id = answer.kind === 'created' ? answer.remoteId : null;
    const at = id === null ? given.length - 1 : given.findIndex(([, object]) => object.id === id);
    const [moved] = at < 0 ? [] : given.splice(at, 1);
    if (moved !== undefined) queue.push(moved[0]);
    if (answer.kind === 'created') continue;
    if (moved === undefined) unseen.push(record);
    else await adoptEach([[record, moved[1]]], input);
  }
  // One of those without an answer may own an object that is given to another: the next run asks again.
  if (unknown) for (const [record] of given) input.onFate(record, { kind: 'open' });
  else await adoptEach(given, input);
  return unseen;
}

/** Ids of objects that are like no create in doubt of their application. */
function strangersAmong(
  found: readonly RemoteObject[],
  application: string,
  input: RecoverInput,
): readonly string[] {
  const open = input.ledger.doubts.of(input.pipeline, application);
  return found.flatMap((object) => (likenessOf(open, object, input) === null ? [object.id] : []));
}

/** Gives objects to records, the closest first. Returns the records that get none. */
async function adoptAll(
  records: readonly Entry[],
  matches: readonly RemoteObject[],
  input: RecoverInput,
): Promise<readonly Entry[]> {
  if (matches.length > records.length) {
    const ids = matches.map(({ id }) => id);
    const reason = { code: 'ambiguous-objects', ids, records: records.length } as const;
    for (const record of records) input.onFate(record, hold(record, reason, input));
    return [];
  }
  const { pairs, left } = closest(records, matches, input);
  await adoptEach(pairs, input);
  return left;
}

async function adoptEach(pairs: readonly Pair[], input: RecoverInput): Promise<void> {
  for (const [record, object] of pairs) {
    const settled = await input.adopt(record, object);
    const isDone = settled.kind === 'done';
    input.onFate(record, isDone ? { kind: 'adopted', remoteId: object.id } : { kind: 'open' });
  }
}

function hold(record: Entry, reason: Reason, { ledger, pipeline }: RecoverInput): Fate {
  ledger.doubts.hold(pipeline, record.key, reason);
  return { kind: 'held', reason };
}

function applicationOf({ intent }: Entry): string {
  return (JSON.parse(intent?.json ?? '{}') as { external_application_id: string }).external_application_id;
}
