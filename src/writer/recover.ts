import pLimit from 'p-limit';
import type { RemoteObject } from '../feishu/endpoints.ts';
import type { Entry } from '../ledger/entries.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Payload } from '../model.ts';
import type { Reason } from '../reason.ts';
import { LIKENESSES, type Likeness, type Settled } from './answers.ts';
import type { CallResult } from './contract.ts';
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
  /**
   * Why the create must not be sent again beside these objects, which no record owns; null when nothing is near it. `open`:
   * the open creates of its application, whose objects may be among them.
   */
  readonly beside: (entry: Entry, found: readonly RemoteObject[], open: readonly Entry[]) => Reason | null;
  /** The object is the record's: settles the create. */
  readonly adopt: (entry: Entry, found: RemoteObject) => Promise<Settled>;
  /**
   * Sends the same create again under the same `external_id`, and settles it by the answer. `seen`: what was found under
   * its application; an answer with another object is about one that is not visible yet, or deleted.
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
  for (let after = ''; ; ) {
    const applications = input.ledger.doubts.applications(input.pipeline, after, PAGE);
    await Promise.all(applications.map((id) => limit(() => recoverApplication(id, input))));
    const last = applications.at(-1);
    if (last === undefined || applications.length < PAGE) return;
    after = last;
  }
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

/** The closest likeness of an object to one of these records. */
function likenessOf(
  records: readonly Entry[],
  object: RemoteObject,
  { likeness }: RecoverInput,
): Likeness | null {
  const all = records.map(({ intent }) => (intent === null ? null : likeness(intent, object)));
  return LIKENESSES.find((one) => all.includes(one)) ?? null;
}

/**
 * Objects that may be those of the records. One that Feishu has cut is taken into account only where no repeat can tell
 * (`claims`).
 */
function matching(
  records: readonly Entry[],
  found: readonly RemoteObject[],
  input: RecoverInput,
  claims: boolean,
): readonly RemoteObject[] {
  const likes = new Map(found.map((object) => [object, likenessOf(records, object, input)]));
  const evened = found.filter((object) => likes.get(object) === 'same' || likes.get(object) === 'evened');
  if (evened.length >= records.length || !claims) return evened;
  return found.filter((object) => likes.get(object) !== null);
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
  // is there is given out first. (A clock that was set back makes an age negative: then a repeat is right too,
  // because either the key still protects it, or the read-back was complete.)
  const isProtected = (entry: Entry): boolean =>
    input.repeatCreates !== true && input.now() - entry.firstAttemptAt < lengthMs - marginMs;
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
  for (const record of records) {
    if (input.stopping.aborted) {
      input.onFate(record, { kind: 'open' });
      continue;
    }
    const { doubts } = input.ledger;
    const open = doubts.of(input.pipeline, applicationOf(record));
    const strange = input.beside(record, unowned(seen, input), open);
    if (strange !== null) {
      input.onFate(record, hold(record, strange, input));
      continue;
    }
    const answer = await input.resend(record, seen);
    if (answer.kind === 'done') input.onFate(record, { kind: 'created', remoteId: answer.remoteId });
    else if (answer.kind === 'refused') refused.push(record);
    else if (answer.kind === 'not-ours') input.onFate(record, hold(record, answer.reason, input));
    else input.onFate(record, { kind: 'open' });
  }
  return refused;
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
  let matches: readonly RemoteObject[] = [];
  let found: readonly RemoteObject[] | null = [];
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
  const left = await adoptAll(rest, matches, input);
  for (const record of left.filter((entry) => refused.includes(entry)))
    input.onFate(record, hold(record, { code: 'refused-repeat' }, input));
  const anew = left.filter((entry) => old.includes(entry));
  for (const { key } of anew) input.ledger.doubts.renew(input.pipeline, key);
  // Refused although the window is over: clocks disagree, or a request of a killed run has only just arrived, and
  // its object is not visible yet.
  await settleRest({ refused: await repeatEach(anew, found, input), old: [] }, input);
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
  const free = new Set(matches);
  const left = new Set(records);
  for (const likeness of LIKENESSES) {
    for (const record of left) {
      const match = free.values().find((object) => likenessOf([record], object, input) === likeness);
      if (match === undefined) continue;
      free.delete(match);
      left.delete(record);
      const settled = await input.adopt(record, match);
      input.onFate(
        record,
        settled.kind === 'done' ? { kind: 'adopted', remoteId: match.id } : { kind: 'open' },
      );
    }
  }
  return [...left];
}

function hold(record: Entry, reason: Reason, { ledger, pipeline }: RecoverInput): Fate {
  ledger.doubts.hold(pipeline, record.key, reason);
  return { kind: 'held', reason };
}

function applicationOf({ intent }: Entry): string {
  return (JSON.parse(intent?.json ?? '{}') as { external_application_id: string }).external_application_id;
}
