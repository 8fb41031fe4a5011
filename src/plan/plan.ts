import type { Ledger } from '../ledger/ledger.ts';
import type { Change, SourceRecord } from '../model.ts';
import { changeOf } from './compare.ts';
import { samenessOf, settleDuplicate } from './duplicates.ts';
import type { Mapped } from './mapped.ts';
import type { Original, PlanStore } from './plan-store.ts';

/** In how many updates a field (its path without list places) changes, and in how many of them it becomes empty. */
export interface FieldTally {
  readonly changed: number;
  readonly emptied: number;
}

/** What a plan amounts to, besides the changes in its store. */
export interface PlanTally {
  /** All rows, those included that waited and are not in this export. */
  readonly read: number;
  /** Rows that waited and are not in this export. */
  readonly retried: number;
  readonly fields: ReadonlyMap<string, FieldTally>;
}

/** Records that need not be parsed: their bytes are those of a night on which Feishu came to hold them. */
export interface Unparsed {
  readonly count: number;
  /** Whether the record with this key is one of them. */
  has(key: string): boolean;
  /** The records the ledger knows besides them. */
  others(): Iterable<{ readonly key: string; readonly remoteId: string | null }>;
}

/** Thrown when a parsed row has the key of one that was not: all rows must be parsed to say which is which. */
export class KeyOfUnparsed extends Error {
  override readonly name = 'KeyOfUnparsed';
}

/** What `makePlan` needs. */
export interface PlanInput {
  readonly pipeline: string;
  readonly records: AsyncIterable<SourceRecord>;
  readonly transform: (record: SourceRecord) => Mapped;
  readonly ledger: Pick<Ledger, 'find' | 'page' | 'reading' | 'waiting'>;
  /** Rows of earlier nights that waited and are in the export no more are tried again. */
  readonly keepWaiting?: boolean | undefined;
  readonly now: () => number;
  readonly store: PlanStore;
  /** By which bytes a record of this export is to be known again; null where that is not certain. */
  readonly markOf?: ((record: SourceRecord) => Uint8Array | null) | undefined;
  /** Records of the export that are not among `records`, because they are known to be unchanged. */
  readonly unparsed?: Unparsed | undefined;
  /** Only a part of the export is read: what it does not have is not missing. */
  readonly partial?: boolean | undefined;
  /** Ends the reading; its reason is thrown. */
  readonly stopping?: AbortSignal | undefined;
}

// Long enough to make a transaction cheap, short enough to hold in memory; records may be large.
const BATCH = 500;
const BATCH_CHARACTERS = 4_000_000;

/**
 * Compares every record of the source with the ledger and writes the decisions into the store, then adds what
 * the ledger knows and the source no longer has. Writes nothing to Feishu.
 * @throws HireSyncError SOURCE_MISSING, SOURCE_INVALID, PIPELINE_INVALID, LEDGER_INVALID
 */
export async function makePlan(input: PlanInput): Promise<PlanTally> {
  let read = 0;
  const fields = new Map<string, FieldTally>();
  let batch: SourceRecord[] = [];
  let characters = 0;
  let rows = input;
  const flush = (): void => {
    input.ledger.reading(() =>
      input.store.batch(() => {
        for (const record of batch) count(decide(record, rows), fields);
      }),
    );
    read += batch.length;
    batch = [];
    characters = 0;
  };
  for await (const record of input.records) {
    batch.push(record);
    characters += charactersOf(record);
    if (batch.length < BATCH && characters < BATCH_CHARACTERS) continue;
    flush();
    input.stopping?.throwIfAborted();
  }
  flush();
  const exported = read;
  // Rows of other nights: their bytes are not in this export.
  rows = { ...input, markOf: undefined };
  if (input.partial !== true && input.keepWaiting !== false) {
    for (const record of leftWaiting(input)) {
      batch.push(record);
      if (batch.length === BATCH) flush();
    }
    flush();
  }
  if (input.partial !== true) findMissing(input);
  const unparsed = input.unparsed?.count ?? 0;
  if (unparsed > 0) input.store.addUnchanged(unparsed);
  return { read: read + unparsed, retried: read - exported, fields };
}

function charactersOf({ values, children }: SourceRecord): number {
  let sum = 0;
  for (const name in values) {
    const value = values[name];
    if (typeof value === 'string') sum += value.length;
  }
  for (const name in children) for (const child of children[name] ?? []) sum += charactersOf(child);
  return sum;
}

/** Records that waited and that this export no longer has. */
function* leftWaiting({ pipeline, ledger, store }: PlanInput): Generator<SourceRecord> {
  for (let after = ''; ; ) {
    const rows = ledger.waiting.page(pipeline, after, BATCH);
    for (const { key, record } of rows) {
      if (store.seen(key) === undefined) yield JSON.parse(record) as SourceRecord;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    after = last.key;
  }
}

function count(change: Change, fields: Map<string, FieldTally>): void {
  if (change.kind !== 'update') return;
  const paths = Map.groupBy(change.fields, ({ path }) => path.replaceAll(/\[\d+\]/g, ''));
  for (const [path, changes] of paths) {
    const { changed, emptied } = fields.get(path) ?? { changed: 0, emptied: 0 };
    const empties = changes.some(({ after }) => after === undefined);
    fields.set(path, { changed: changed + 1, emptied: emptied + (empties ? 1 : 0) });
  }
}

function decide(record: SourceRecord, input: PlanInput): Change {
  const { pipeline, transform, ledger, store } = input;
  const mapped = transform(record);
  if (mapped.key !== null && input.unparsed?.has(mapped.key) === true) throw new KeyOfUnparsed();
  const seen = mapped.key === null ? undefined : store.seen(mapped.key);
  const sameness = samenessOf(mapped, record);
  const change =
    seen === undefined
      ? changeOf(aged(mapped, input), mapped.key === null ? undefined : ledger.find(pipeline, mapped.key))
      : settleDuplicate(mapped, sameness, seen, store);
  // Kept of every row: a second row with its key may make any of them a rejected one.
  const waits = mapped.kind === 'waiting' ? { record } : {};
  const mark = mapped.kind === 'mapped' ? (input.markOf?.(record) ?? null) : null;
  store.add(change, JSON.stringify({ ...originalOf(record), ...waits }), sameness, mark);
  return change;
}

const DAY_MS = 86_400_000;

/** Says how long a waiting row has waited. */
function aged(mapped: Mapped, { pipeline, ledger, now }: PlanInput): Mapped {
  if (mapped.kind !== 'waiting') return mapped;
  const since = ledger.waiting.since(pipeline, mapped.key);
  const days = since === null ? 0 : Math.floor((now() - since) / DAY_MS);
  const age = since === null ? 'new' : `since ${new Date(since).toISOString().slice(0, 10)}, ${days} days`;
  return { ...mapped, why: `unknown yet (${age}): ${mapped.why}` };
}

function originalOf(record: SourceRecord): Original {
  return { values: record.values, children: [...childPlaces(record)] };
}

function* childPlaces({ children }: SourceRecord): Generator<string> {
  for (const child of Object.values(children).flat()) {
    yield `${child.origin.file}:${child.origin.line}`;
    yield* childPlaces(child);
  }
}

function findMissing({ pipeline, ledger, store, unparsed }: PlanInput): void {
  if (unparsed !== undefined) {
    let batch: { readonly key: string; readonly remoteId: string | null }[] = [];
    for (const other of unparsed.others()) {
      if (store.seen(other.key) === undefined) batch.push(other);
      if (batch.length < BATCH) continue;
      store.addMissing(batch);
      batch = [];
    }
    store.addMissing(batch);
    return;
  }
  let after = '';
  for (;;) {
    const entries = ledger.page(pipeline, after, BATCH);
    store.addMissing(entries.filter(({ key }) => store.seen(key) === undefined));
    const last = entries.at(-1);
    if (last === undefined || entries.length < BATCH) return;
    after = last.key;
  }
}
