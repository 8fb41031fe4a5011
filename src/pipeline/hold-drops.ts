import type { Ledger } from '../ledger/ledger.ts';
import type { Change, SourceRecord } from '../model.ts';
import { droppedIn, type Element, elementsIn, lostElements } from '../plan/drops.ts';
import type { Mapped } from '../plan/mapped.ts';
import { eachChange, type PlanStore } from '../plan/plan-store.ts';
import type { Original, PlannedChange } from '../plan/planned.ts';
import { keyOf } from '../readers/join-key.ts';
import { foldOf } from '../readers/look-alike.ts';
import type { FoundOrphan, StagingTable } from '../readers/source.ts';
import type { ReasonOf } from '../reason.ts';

type Because = ReasonOf<'drops-child'>['because'];
type Update = Extract<Change, { kind: 'update' }>;

/** The orphans of a night, on disk. */
export interface Orphans {
  /** @param expected the pipeline says that children without a parent are nothing unusual in this file */
  add(orphan: FoundOrphan, expected: boolean): void;
  /** All of them, in the order in which they were found. */
  each(): Iterable<Kept>;
  readonly count: number;
}

type Kept = Pick<FoundOrphan, 'key' | 'record' | 'path' | 'parentColumn'> & { readonly expected: boolean };

/** @param table an empty one; asked for with the first orphan */
export function createOrphans(table: () => StagingTable): Orphans {
  let kept: StagingTable | undefined;
  let count = 0;
  return {
    add({ key, record, path, parentColumn }, expected) {
      kept ??= table();
      kept.add('', JSON.stringify({ key, record, path, parentColumn, expected } satisfies Kept));
      count++;
    },
    *each() {
      for (const { json } of kept?.untaken() ?? []) yield JSON.parse(json) as Kept;
    },
    get count() {
      return count;
    },
  };
}

/** What `holdDrops` needs. */
export interface DropsInput {
  readonly pipeline: string;
  readonly store: PlanStore;
  readonly ledger: Pick<Ledger, 'find'>;
  readonly orphans: Orphans;
  readonly transform: (record: SourceRecord) => Mapped;
  /** The rows come from a reject file that may lack rows of a group. */
  readonly partialGroups: boolean;
}

// Of updates that drop something: they are held in memory while the orphans are gone through once.
const AT_ONCE = 1000;

/**
 * Holds updates that drop an assessment which the source may only have lost: a PUT replaces the whole object and would
 * erase it. There is a doubt where tonight's orphans may have one of this record: an orphan whose key cannot be read (unless
 * its file has such by its nature: `orphans: 'expected'`), one whose key looks like this record's, or the very row that this
 * record had. Orphans of other records hold nothing.
 * @returns how many updates are held now
 */
export function holdDrops(input: DropsInput): number {
  const { pipeline, store, ledger, orphans, partialGroups } = input;
  let held = 0;
  // Somebody looked, and the source is right: `hire-sync resolve --overwrite`.
  const isDecided = (key: string) => ledger.find(pipeline, key)?.decision === 'overwrite';
  if (orphans.count === 0 && !partialGroups) return held;
  let some: Drop[] = [];
  const flush = (): void => {
    for (const [{ planned, path, update }, because] of doubtsAbout(some, input)) {
      const { key, origin } = update;
      const reason = { code: 'drops-child', path, because, orphans: orphans.count } as const;
      store.replace(planned.seq, { kind: 'held', key, origin, reason });
      held++;
    }
    some = [];
  };
  for (const planned of eachChange(store, ['update'])) {
    const drop = dropOf(planned);
    if (drop === undefined || isDecided(drop.update.key)) continue;
    some.push(drop);
    if (some.length === AT_ONCE) flush();
  }
  flush();
  return held;
}

/** An update that drops an element, with its source record. */
interface Drop {
  readonly planned: PlannedChange;
  readonly update: Update;
  readonly path: string;
  readonly record: SourceRecord | undefined;
}

function dropOf(planned: PlannedChange): Drop | undefined {
  const { change, original } = planned;
  if (change.kind !== 'update') return undefined;
  const path = droppedIn(change.fields);
  if (path === undefined) return undefined;
  const { record } = JSON.parse(original ?? '{}') as Partial<Original>;
  return { planned, update: change, path, record };
}

function doubtsAbout(drops: readonly Drop[], input: DropsInput): ReadonlyMap<Drop, Because> {
  const { orphans, partialGroups } = input;
  const all = (because: Because) => new Map(drops.map((drop) => [drop, because]));
  if (drops.length === 0) return new Map();
  if (partialGroups) return all('partial-group');
  const doubts = new Map<Drop, Because>();
  const lost = drops.map((drop) => lostBy(drop, input));
  for (const orphan of orphans.each()) {
    // Where children of nobody are expected, an empty key is how they look: only the very row is a doubt then.
    if (orphan.key === '' && !orphan.expected) return all('unreadable-key');
    for (const [index, drop] of drops.entries()) {
      if (doubts.has(drop)) continue;
      const because = doubtOf(drop, lost[index] ?? [], orphan, input);
      if (because !== undefined) doubts.set(drop, because);
    }
  }
  return doubts;
}

/** What the source said last and says no more. */
function lostBy({ update }: Drop, { ledger, pipeline }: DropsInput): readonly Element[] {
  const entry = ledger.find(pipeline, update.key);
  const before = entry?.appliedSource ?? entry?.applied?.json ?? '{}';
  return lostElements(elementsIn(before), elementsIn((update.source ?? update.payload).json));
}

function doubtOf(
  { record, update }: Drop,
  lost: readonly Element[],
  orphan: Kept,
  { transform }: DropsInput,
): Because | undefined {
  if (record === undefined) return undefined;
  const parents = recordsAt(record, orphan.path.slice(0, -1));
  const looks = foldOf(orphan.key);
  const isAlike = (key: string | undefined): boolean =>
    key !== undefined && orphan.key !== '' && foldOf(key) === looks;
  if (parents.some((parent) => isAlike(keyOf(parent, orphan.parentColumn)))) return 'look-alike-key';
  // Most orphans have nothing of this record: mapping it again for each of them would take long.
  if (!lost.some(({ texts }) => texts.length === 0 || texts.some((text) => hasCell(orphan.record, text))))
    return undefined;
  const now = elementsIn((update.source ?? update.payload).json);
  return parents.some((_, index) => {
    const mapped = transform(withChild(record, orphan, index));
    if (mapped.kind !== 'mapped') return false;
    const ids = new Set(lostElements(elementsIn(mapped.payload.json), now).map(({ id }) => id));
    return lost.some(({ id }) => ids.has(id));
  })
    ? 'very-row'
    : undefined;
}

function hasCell({ values }: SourceRecord, text: string): boolean {
  return Object.values(values).some((value) => typeof value === 'string' && value.trim() === text);
}

/** The record itself, or its children under these names. */
function recordsAt(record: SourceRecord, path: readonly string[]): readonly SourceRecord[] {
  return path.reduce<readonly SourceRecord[]>(
    (records, name) => records.flatMap(({ children }) => children[name] ?? []),
    [record],
  );
}

/** The record as it would be with the orphan as a child of the parent at this place among those that it may have. */
function withChild(record: SourceRecord, { path, record: orphan }: Kept, index: number): SourceRecord {
  let place = 0;
  const attach = (one: SourceRecord, depth: number): SourceRecord => {
    const name = path[depth] ?? '';
    const own = one.children[name] ?? [];
    if (depth < path.length - 1)
      return { ...one, children: { ...one.children, [name]: own.map((child) => attach(child, depth + 1)) } };
    return place++ === index ? { ...one, children: { ...one.children, [name]: [...own, orphan] } } : one;
  };
  return attach(record, 0);
}
