import pLimit from 'p-limit';
import type { RemoteObject } from '../feishu/endpoints.ts';
import type { Entry } from '../ledger/entries.ts';
import type { Ledger } from '../ledger/ledger.ts';
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
  | { readonly kind: 'held'; readonly why: string }
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
  /** The fingerprint of the payload that an object found in Feishu amounts to. */
  readonly fingerprintOf: (found: RemoteObject) => string;
  /** Sends the same create again under the same `external_id`, noting the attempt and settling it when it is done. */
  readonly resend: (entry: Entry) => Promise<CallResult<{ readonly id: string }>>;
  readonly onFate: (entry: Entry, fate: Fate) => void;
  /** Epoch ms. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly stopping: AbortSignal;
  readonly window?: { readonly lengthMs: number; readonly marginMs: number };
  readonly waitsMs?: readonly number[] | undefined;
  /**
   * Set with a ledger that is older than what was written: what is in doubt there may have been settled and changed since, so
   * that nothing is sent anew beside objects (their ids) that belong to no record and equal none. Tells why.
   */
  readonly besideStrangers?: ((ids: readonly string[]) => string) | undefined;
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
  const byContent = Map.groupBy(open, ({ intent }) => intent?.fingerprint ?? '');
  let found = await findUnowned(application, input);
  for (const [fingerprint, records] of byContent) {
    if (found === null || input.stopping.aborted) {
      for (const record of records) input.onFate(record, { kind: 'open' });
      continue;
    }
    await settleEqual(records, fingerprint, found, input);
    // What was adopted or created for these must not be offered to the next ones: the ledger filters it out.
    found = found.filter(({ id }) => !input.ledger.doubts.isOwned(input.target, id));
  }
}

/** Objects of the application that no record owns; null when Feishu cannot be asked. */
async function findUnowned(application: string, input: RecoverInput): Promise<RemoteObject[] | null> {
  const answer = await input.readAll(application);
  if (answer.kind !== 'done') return null;
  return answer.data.filter(({ id }) => !input.ledger.doubts.isOwned(input.target, id));
}

/** Settles records of one application whose payloads are equal: any of them may own any of the equal objects. */
async function settleEqual(
  records: readonly Entry[],
  fingerprint: string,
  found: readonly RemoteObject[],
  input: RecoverInput,
): Promise<void> {
  const matches = found.filter((object) => input.fingerprintOf(object) === fingerprint);
  if (matches.length >= records.length) {
    adoptAll(records, matches, input);
    return;
  }
  const { lengthMs, marginMs } = input.window ?? WINDOW;
  // While Feishu remembers the key a repeat tells whose object is whose; later it would make a second one, so what
  // is there is given out first. An age that is negative (a clock was set back), or that is none, protects nothing.
  const isProtected = (entry: Entry): boolean => {
    const ageMs = input.now() - entry.firstAttemptAt;
    return input.repeatCreates !== true && ageMs >= 0 && ageMs < lengthMs - marginMs;
  };
  const refused = await repeatEach(records.filter(isProtected), input);
  const old = records.filter((record) => !isProtected(record));
  await settleRest({ refused, old, fingerprint }, input);
}

/** Repeats creates under their keys, one after the other. Returns those whose repeat was answered with an error. */
async function repeatEach(records: readonly Entry[], input: RecoverInput): Promise<Entry[]> {
  const refused: Entry[] = [];
  for (const record of records) if ((await repeat(record, input)) === 'refused') refused.push(record);
  return refused;
}

/** Repeats a create under its key. What comes of it is told, except of a refusal. Returns the id that it was answered with. */
async function repeat(
  record: Entry,
  input: RecoverInput,
): Promise<{ readonly id: string } | 'refused' | 'open'> {
  const answer = input.stopping.aborted ? null : await input.resend(record);
  if (answer?.kind === 'refused') return 'refused';
  if (answer?.kind === 'done') {
    input.onFate(record, taken(record, answer.data.id, input));
    return answer.data;
  }
  input.onFate(record, { kind: 'open' });
  return 'open';
}

/** A repeat was answered with an id: this record's, unless the ledger says that it is another's. */
function taken(record: Entry, remoteId: string, input: RecoverInput): Fate {
  const { doubts } = input.ledger;
  if (doubts.isOwned(input.target, remoteId)) {
    return hold(
      record,
      `conflict: Feishu answered its create with ${remoteId}, which another record owns`,
      input,
    );
  }
  doubts.adopt(input.run, input.pipeline, record.key, remoteId);
  return { kind: 'created', remoteId };
}

/** Creates whose repeat was refused, which may mean that the object exists and is not visible yet, and old creates. */
async function settleRest(
  { refused, old, fingerprint }: { refused: readonly Entry[]; old: readonly Entry[]; fingerprint: string },
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
    matches = found.filter((object) => input.fingerprintOf(object) === fingerprint);
    if (matches.length >= rest.length) break;
  }
  if (matches.length >= rest.length) {
    adoptAll(rest, matches, input);
    return;
  }
  // The refused ones have their object, seen or not; the old ones may have one.
  const sure = refused.slice(0, matches.length);
  adoptAll(sure, matches.slice(0, sure.length), input);
  for (const record of refused.slice(sure.length)) input.onFate(record, holdRefused(record, input));
  const strangers = strangersAmong(found, applicationOf(first), input);
  if (input.besideStrangers !== undefined && strangers.length > 0) {
    const given = matches.slice(sure.length);
    adoptAll(old.slice(0, given.length), given, input);
    const why = input.besideStrangers(strangers);
    for (const record of old.slice(given.length)) input.onFate(record, hold(record, why, input));
    return;
  }
  const unseen = await createAnew(old, matches.slice(sure.length), input);
  // Refused although the window is over: clocks disagree, or a request of a killed run has only just arrived, and
  // its object is not visible yet.
  await settleRest({ refused: unseen, old: [], fingerprint }, input);
}

/**
 * Old creates, of which fewer objects are there than records: as many as there are objects are given one, the others are
 * sent anew, one after the other. Feishu may know the key of one of them all the same (who knows how old it is, after a
 * clock was set back): then its object is one of those that are there, and the record that was to be given it is sent in
 * its place. Returns those that were refused and for which no object is left.
 */
async function createAnew(
  old: readonly Entry[],
  matches: readonly RemoteObject[],
  input: RecoverInput,
): Promise<Entry[]> {
  const given = old.slice(0, matches.length).map((record, i) => ({ record, id: matches[i]?.id ?? '' }));
  const queue = old.slice(matches.length);
  const unseen: Entry[] = [];
  let unknown = false;
  for (let record = queue.shift(); record !== undefined; record = queue.shift()) {
    if (!input.stopping.aborted) input.ledger.doubts.renew(input.pipeline, record.key);
    const answer = await repeat(record, input);
    unknown ||= answer === 'open';
    if (answer === 'open') continue;
    const at = answer === 'refused' ? given.length - 1 : given.findIndex(({ id }) => id === answer.id);
    const [moved] = at < 0 ? [] : given.splice(at, 1);
    if (moved !== undefined) queue.push(moved.record);
    if (answer !== 'refused') continue;
    if (moved === undefined) unseen.push(record);
    else adopt(record, moved.id, input);
  }
  for (const { record, id } of given) {
    // One of those without an answer may own it: the next run asks again.
    if (unknown) input.onFate(record, { kind: 'open' });
    else adopt(record, id, input);
  }
  return unseen;
}

/** Ids of objects that equal no create in doubt of their application. */
function strangersAmong(found: readonly RemoteObject[], application: string, input: RecoverInput): string[] {
  const open = new Set(
    input.ledger.doubts.of(input.pipeline, application).map(({ intent }) => intent?.fingerprint),
  );
  return found.flatMap((object) => (open.has(input.fingerprintOf(object)) ? [] : [object.id]));
}

function holdRefused(record: Entry, input: RecoverInput): Fate {
  const why =
    'refused repeat: Feishu refused to create it again, and it is not to be found under its application';
  return hold(record, why, input);
}

function adoptAll(records: readonly Entry[], matches: readonly RemoteObject[], input: RecoverInput): void {
  if (matches.length > records.length) {
    const ids = matches.map(({ id }) => id).join(', ');
    const why = `ambiguous: ${matches.length} equal objects in Feishu (${ids}) for ${records.length} open create${records.length === 1 ? '' : 's'}`;
    for (const record of records) input.onFate(record, hold(record, why, input));
    return;
  }
  for (const [i, record] of records.entries()) {
    const match = matches[i];
    if (match !== undefined) adopt(record, match.id, input);
  }
}

function adopt(record: Entry, remoteId: string, input: RecoverInput): void {
  input.ledger.doubts.adopt(input.run, input.pipeline, record.key, remoteId);
  input.onFate(record, { kind: 'adopted', remoteId });
}

function hold(record: Entry, why: string, { ledger, pipeline }: RecoverInput): Fate {
  ledger.doubts.hold(pipeline, record.key, why);
  return { kind: 'held', why };
}

function applicationOf({ intent }: Entry): string {
  return (JSON.parse(intent?.json ?? '{}') as { external_application_id: string }).external_application_id;
}
