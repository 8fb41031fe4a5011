import { HireSyncError } from '../errors.ts';
import { eachInPages } from '../in-pages.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Change, SourceRecord } from '../model.ts';
import { changeOf } from './compare.ts';
import { droppedIn } from './drops.ts';
import { CellsNeeded, samenessOf, settleDuplicate } from './duplicates.ts';
import { knownBy, type Mapped } from './mapped.ts';
import { counting, findMissing } from './missing.ts';
import { originalOf } from './original.ts';
import type { PlanStore } from './plan-store.ts';
import type { Policy, Target } from './three-way.ts';

/** What a plan amounts to, besides the changes in its store. */
export interface PlanTally {
  /** All rows, those included that waited and are not in this export. */
  readonly read: number;
  /** Rows that waited and are not in this export. */
  readonly retried: number;
  /** Those of them that are rejected now. */
  readonly retriedInVain: number;
  /** The newest date of the export that is not in the future, and the record that has it. */
  readonly newest: Newest | null;
  /** Rows by the file they stand in; the sums are `read` and `retried`. */
  readonly byFile: ReadonlyMap<string, Pick<PlanTally, 'read' | 'retried'>>;
}

export interface Newest {
  /** Epoch ms. */
  readonly ms: number;
  readonly key: string;
}

/** Records that need not be parsed: their bytes are those of a night on which Feishu came to hold them. */
export interface Unparsed {
  readonly count: number;
  /** The file they stand in. */
  readonly file: string;
  /** The newest date among them that is not in the future, and the first record that has it: see `placeOf`. */
  readonly newest: (Newest & { readonly place: number }) | null;
  /** Whether the record with this key is one of them. */
  has(key: string): boolean;
  /** The records the ledger knows besides them. */
  others(): Iterable<{ readonly key: string; readonly remoteId: string | null }>;
}

/** What `makePlan` needs. */
export interface PlanInput {
  readonly pipeline: string;
  /** One by one, or as they are read: some thousand characters at a time. */
  readonly records: AsyncIterable<SourceRecord | readonly SourceRecord[]>;
  readonly transform: (record: SourceRecord) => Mapped;
  readonly ledger: Pick<
    Ledger,
    | 'changedElsewhere'
    | 'count'
    | 'decisions'
    | 'find'
    | 'forgotten'
    | 'ids'
    | 'reading'
    | 'settledAs'
    | 'waiting'
  >;
  /** Rows of earlier nights that waited and are in the export no more are tried again. */
  readonly keepWaiting?: boolean | undefined;
  readonly now: () => number;
  readonly store: PlanStore;
  readonly policy: Policy;
  readonly target: Target;
  /** By which bytes a record of this export is to be known again; null where that is not certain. */
  readonly markOf?: ((record: SourceRecord, dateMs: number | null) => Uint8Array | null) | undefined;
  /** Records of the export that are not among `records`, because they are known to be unchanged. */
  readonly unparsed?: Unparsed | undefined;
  /**
   * The cells of unchanged rows are kept as well: they are asked for only if a later row has the same key and another
   * content, and a rerun has a million of them. Without them such a row ends the plan by `CellsNeeded`.
   */
  readonly keepCells?: boolean | undefined;
  /** Only a part of the export is read: what it does not have is not missing. */
  readonly partial?: boolean | undefined;
  /** Told of every decision, right after the record was transformed. */
  readonly onDecided?: ((change: Change) => void) | undefined;
  /** Ends the reading; its reason is thrown. */
  readonly stopping?: AbortSignal | undefined;
}

// Long enough to make a transaction cheap, short enough to hold in memory; records may be large.
const BATCH = 128;
const BATCH_CHARACTERS = 4_000_000;

/**
 * Compares every record of the source with the ledger and writes the decisions into the store, then adds what
 * the ledger knows and the source no longer has. Writes nothing to Feishu.
 * @throws HireSyncError SOURCE_MISSING, SOURCE_INVALID, PIPELINE_INVALID, LEDGER_INVALID; CellsNeeded
 */
export async function makePlan(given: PlanInput): Promise<PlanTally> {
  const ledger = counting(given.ledger);
  const input = { ...given, ledger };
  const tally = createTally(input.now());
  let batch: SourceRecord[] = [];
  let characters = 0;
  const lookUps: LookUps = {
    // Asked once: a first migration would ask a million times for nothing.
    isFirst: ledger.ids(input.pipeline, '', 1).length === 0,
    // Unchanged rows were skipped by the scan, so expect changes here.
    expectsSame: input.unparsed === undefined,
    anyDecided: ledger.decisions.pending(input.pipeline).size > 0,
  };
  const flush = (retried: boolean): void => {
    // Rows of other nights: their bytes are not in this export.
    const deciding = { ...input, lookUps, markOf: retried ? undefined : input.markOf };
    input.ledger.reading(() => {
      for (const record of batch) {
        const mapped = input.transform(record);
        const change = decide(record, mapped, deciding);
        input.onDecided?.(change);
        tally.add(record, mapped, change, retried);
      }
    });
    batch = [];
    characters = 0;
  };
  try {
    for await (const read of input.records) {
      if ('origin' in read) {
        batch.push(read);
        characters += charactersOf(read);
        if (batch.length < BATCH && characters < BATCH_CHARACTERS) continue;
      } else batch.push(...read);
      flush(false);
      input.stopping?.throwIfAborted();
    }
  } catch (error) {
    // The rows above the place from which on a file cannot be read: `validate` tells what is wrong with them as well.
    if (HireSyncError.is(error) && error.code === 'SOURCE_INVALID') flush(false);
    throw error;
  }
  flush(false);
  if (input.partial !== true && input.keepWaiting !== false) {
    for (const record of leftWaiting(input)) {
      batch.push(record);
      if (batch.length === BATCH) flush(true);
    }
    flush(true);
  }
  if (input.partial !== true) findMissing(input);
  if (input.unparsed !== undefined) {
    input.store.addUnchanged(input.unparsed.file, input.unparsed.count);
    tally.addUnparsed(input.unparsed);
  }
  return tally.end();
}

function createTally(now: number) {
  const byFile = new Map<string, { read: number; retried: number }>();
  let retriedInVain = 0;
  let newest: Newest | null = null;
  let newestPlace = 0;
  return {
    addUnparsed({ file, count, newest: other }: Unparsed): void {
      const rows = byFile.get(file) ?? { read: 0, retried: 0 };
      rows.read += count;
      byFile.set(file, rows);
      if (other === null) return;
      const { place, ...unparsed } = other;
      if (newest === null || other.ms > newest.ms || (other.ms === newest.ms && place < newestPlace))
        newest = unparsed;
    },
    add(record: SourceRecord, mapped: Mapped, change: Change, retried: boolean): void {
      const { file } = record.origin;
      const rows = byFile.get(file) ?? { read: 0, retried: 0 };
      rows.read++;
      if (retried) rows.retried++;
      byFile.set(file, rows);
      if (retried && change.kind === 'rejected') retriedInVain++;
      // A row that waited says nothing of this export's age. Neither does a date to come: interviews are put off, and
      // one typed as 2099 would make every later night look old.
      if (
        change.kind === 'forgotten' ||
        retried ||
        mapped.kind !== 'mapped' ||
        mapped.dateMs == null ||
        mapped.dateMs > now
      )
        return;
      if (newest !== null && mapped.dateMs <= newest.ms) return;
      newest = { ms: mapped.dateMs, key: mapped.key };
      newestPlace = placeOf(record);
    },
    end(): PlanTally {
      const sum = (of: 'read' | 'retried') => byFile.values().reduce((total, rows) => total + rows[of], 0);
      return { read: sum('read'), retried: sum('retried'), retriedInVain, newest, byFile };
    },
  };
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
  const read = (after: string, size: number) => ledger.waiting.page(pipeline, after, size);
  for (const { key, record } of eachInPages('', BATCH, read, (row) => row.key))
    if (store.seen(key) === undefined) yield JSON.parse(record) as SourceRecord;
}

/** What is known of the look-ups to come. */
interface LookUps {
  /** The ledger has nothing of this pipeline. */
  readonly isFirst: boolean;
  /** The row before was as it had been: rows that changed stand together, or are few. */
  expectsSame: boolean;
  /** Somebody decided about records, some of which may not have an entry. */
  readonly anyDecided: boolean;
}

type Deciding = PlanInput & { readonly lookUps: LookUps };

function decide(record: SourceRecord, mapped: Mapped, input: Deciding): Change {
  const { store, lookUps } = input;
  const key = knownBy(mapped);
  // Before anything of the row is kept: neither its cells nor its key.
  if (key !== null && input.ledger.forgotten.has(input.pipeline, key)) {
    const change: Change = { kind: 'forgotten', key: null, origin: mapped.origin };
    store.add(change, null, '');
    return change;
  }
  if (key !== null && input.unparsed?.has(key) === true) throw new CellsNeeded();
  const seen = key === null ? undefined : store.seen(key);
  const sameness = samenessOf(mapped, record);
  const change =
    seen === undefined
      ? (settledAs(mapped, input) ?? comparedWithLedger(mapped, input))
      : settleDuplicate(mapped, sameness, seen, input);
  lookUps.expectsSame = change.kind === 'unchanged';
  const keeps = change.kind !== 'unchanged' || input.keepCells === true;
  // Asked for again: a row that waits on another night, one that drops a child when the orphans are known.
  const isAskedFor =
    mapped.kind === 'waiting' || (change.kind === 'update' && droppedIn(change.fields) !== undefined);
  const whole = isAskedFor ? { record } : {};
  const mark = mapped.kind === 'mapped' ? (input.markOf?.(record, mapped.dateMs ?? null) ?? null) : null;
  const cells = (): string => JSON.stringify({ ...originalOf(record, change), ...whole });
  const seq = store.add(change, keeps ? cells : null, sameness, mark);
  if (mapped.label !== undefined) store.labels.note(seq, mapped.label);
  return change;
}

function comparedWithLedger(mapped: Mapped, input: Deciding): Change {
  const { pipeline, ledger, lookUps, policy, target } = input;
  const { key } = mapped;
  const entry = key === null || lookUps.isFirst ? undefined : ledger.find(pipeline, key);
  const asked = entry === undefined && key !== null && lookUps.anyDecided;
  const decision = asked ? ledger.decisions.of(pipeline, key) : undefined;
  return changeOf(aged(mapped, input), entry, policy, target, decision);
}

/** The decision about a record that is as it was, which is all that a look at its entry would come to. */
function settledAs(mapped: Mapped, { pipeline, ledger, lookUps }: Deciding): Change | undefined {
  if (mapped.kind !== 'mapped' || lookUps.isFirst || !lookUps.expectsSame) return undefined;
  const { key, origin, payload } = mapped;
  const remoteId = ledger.settledAs(pipeline, key, payload.fingerprint);
  return remoteId === undefined ? undefined : { kind: 'unchanged', key, origin, remoteId };
}

/** Where a record stands among those of its file: by line, or by its ordinal where it has one. */
export function placeOf({ ordinal, origin }: SourceRecord): number {
  return ordinal ?? origin.line;
}

const DAY_MS = 86_400_000;

/** Says how long a waiting row has waited. */
function aged(mapped: Mapped, { pipeline, ledger, now }: PlanInput): Mapped {
  if (mapped.kind !== 'waiting') return mapped;
  const since = ledger.waiting.since(pipeline, mapped.key);
  const days = since === null ? 0 : Math.floor((now() - since) / DAY_MS);
  return { ...mapped, reason: { ...mapped.reason, sinceMs: since, days } };
}
