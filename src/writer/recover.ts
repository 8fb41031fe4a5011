import pLimit from 'p-limit';
import type { RemoteObject } from '../feishu/endpoints.ts';
import type { Entry } from '../ledger/entries.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Reason } from '../reason.ts';
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
  // is there is given out first. (A clock that was set back makes an age negative: then a repeat is right too,
  // because either the key still protects it, or the read-back was complete.)
  const isProtected = (entry: Entry): boolean =>
    input.repeatCreates !== true && input.now() - entry.firstAttemptAt < lengthMs - marginMs;
  const refused = await repeatEach(records.filter(isProtected), input);
  const old = records.filter((record) => !isProtected(record));
  await settleRest({ refused, old, fingerprint }, input);
}

/** Repeats creates under their keys, one after the other. Returns those whose repeat was answered with an error. */
async function repeatEach(records: readonly Entry[], input: RecoverInput): Promise<Entry[]> {
  const refused: Entry[] = [];
  for (const record of records) {
    if (input.stopping.aborted) {
      input.onFate(record, { kind: 'open' });
      continue;
    }
    const answer = await input.resend(record);
    if (answer.kind === 'done') input.onFate(record, taken(record, answer.data.id, input));
    else if (answer.kind === 'refused') refused.push(record);
    else input.onFate(record, { kind: 'open' });
  }
  return refused;
}

/** A repeat was answered with an id: this record's, unless the ledger says that it is another's. */
function taken(record: Entry, remoteId: string, input: RecoverInput): Fate {
  const { doubts } = input.ledger;
  if (doubts.isOwned(input.target, remoteId))
    return hold(record, { code: 'owned-by-another', remoteId }, input);
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
  let matches: readonly RemoteObject[] = [];
  for (const waitMs of waits) {
    await input.sleep(waitMs);
    const found = await findUnowned(applicationOf(first), input);
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
  adoptAll(rest.slice(0, matches.length), matches, input);
  const left = rest.slice(matches.length);
  for (const record of left.filter((entry) => refused.includes(entry)))
    input.onFate(record, hold(record, { code: 'refused-repeat' }, input));
  const anew = left.filter((entry) => old.includes(entry));
  for (const { key } of anew) input.ledger.doubts.renew(input.pipeline, key);
  // Refused although the window is over: clocks disagree, or a request of a killed run has only just arrived, and
  // its object is not visible yet.
  await settleRest({ refused: await repeatEach(anew, input), old: [], fingerprint }, input);
}

function adoptAll(records: readonly Entry[], matches: readonly RemoteObject[], input: RecoverInput): void {
  if (matches.length > records.length) {
    const ids = matches.map(({ id }) => id);
    const reason = { code: 'ambiguous-objects', ids, records: records.length } as const;
    for (const record of records) input.onFate(record, hold(record, reason, input));
    return;
  }
  for (const [i, record] of records.entries()) {
    const match = matches[i];
    if (match === undefined) continue;
    input.ledger.doubts.adopt(input.run, input.pipeline, record.key, match.id);
    input.onFate(record, { kind: 'adopted', remoteId: match.id });
  }
}

function hold(record: Entry, reason: Reason, { ledger, pipeline }: RecoverInput): Fate {
  ledger.doubts.hold(pipeline, record.key, reason);
  return { kind: 'held', reason };
}

function applicationOf({ intent }: Entry): string {
  return (JSON.parse(intent?.json ?? '{}') as { external_application_id: string }).external_application_id;
}
