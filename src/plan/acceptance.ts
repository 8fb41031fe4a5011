import type { ChangeKind } from '../model.ts';
import { eachChange, type PlanStore } from './plan-store.ts';
import type { Shape } from './shape.ts';
import { shownTables, type Verdicts } from './verdicts.ts';

/** A few records that together show all there is to see: what somebody looks at before signing a migration. */
export interface Sample {
  readonly records: readonly SampleRecord[];
  /** How much the creates and updates show in all, and how much of it these records do. */
  readonly traits: number;
  readonly shown: number;
  /** Creates and updates that were looked through. */
  readonly of: number;
  /** Whether somebody asked for it: only then it is in the text. */
  readonly asked: boolean;
}

export interface SampleRecord {
  readonly key: string;
  /** What it shows that none before it does. */
  readonly shows: readonly Trait[];
}

/** `word`: of a column, as a verdict. `value`: of an enum. `present`, `absent`: a field, of the record or of an item of a list. */
export type Trait =
  | { readonly kind: 'word'; readonly column: string; readonly word: string }
  | { readonly kind: 'value'; readonly path: string; readonly value: number }
  | { readonly kind: 'present'; readonly path: string }
  | { readonly kind: 'absent'; readonly path: string };

interface Candidate {
  readonly seq: number;
  readonly key: string;
  readonly traits: ReadonlyMap<string, Trait>;
}

/** So many records are kept of each trait: among them the choice is made. */
const KEPT = 3;

/** What a sample is drawn from. */
export interface Drawn {
  readonly store: Pick<PlanStore, 'page'>;
  readonly shape: Shape;
  readonly verdicts: Verdicts | null;
  readonly kinds: readonly ChangeKind[];
  /** At most so many records in it. */
  readonly most: number;
  /** At most so many changes are looked through: a million take their time. */
  readonly among?: number;
}

/**
 * Draws the fewest records that show every word, enum value, and field present and absent. Fewest as a greedy choice finds
 * it: the record that adds most comes next, the earlier of two; the true minimum is at most a few records less.
 */
export function drawSample(drawn: Drawn): Omit<Sample, 'asked'> & { readonly seqs: readonly number[] } {
  const { candidates, traits, of } = collected(drawn);
  const missing = new Set(traits);
  const chosen: { readonly candidate: Candidate; readonly shows: readonly Trait[] }[] = [];
  const left = new Set(candidates);
  while (missing.size > 0 && chosen.length < drawn.most) {
    let best: Candidate | undefined;
    let adds = 0;
    for (const candidate of left) {
      const count = candidate.traits.keys().reduce((sum, name) => sum + (missing.has(name) ? 1 : 0), 0);
      if (count > adds) [best, adds] = [candidate, count];
    }
    if (best === undefined) break;
    left.delete(best);
    const shows = [...best.traits].flatMap(([name, trait]) => (missing.delete(name) ? [trait] : []));
    chosen.push({ candidate: best, shows });
  }
  return {
    records: chosen.map(({ candidate, shows }) => ({ key: candidate.key, shows })),
    seqs: chosen.map(({ candidate }) => candidate.seq),
    traits: traits.size,
    shown: traits.size - missing.size,
    of,
  };
}

function collected({ store, shape, verdicts, kinds, among = Number.POSITIVE_INFINITY }: Drawn) {
  const words = wordsByKey(verdicts);
  const kept = new Map<string, number>();
  const candidates: Candidate[] = [];
  let of = 0;
  for (const { seq, change } of eachChange(store, kinds)) {
    if (!('payload' in change) || change.key === null) continue;
    if (of === among) break;
    of++;
    const traits = new Map<string, Trait>();
    const note = (trait: Trait): void => void traits.set(nameOf(trait), trait);
    noteTraits(JSON.parse(change.payload.json), shape, '', note);
    for (const trait of words.get(change.key) ?? []) note(trait);
    let isNew = false;
    for (const name of traits.keys()) {
      const count = kept.get(name) ?? 0;
      if (count === KEPT) continue;
      kept.set(name, count + 1);
      isNew = true;
    }
    if (isNew) candidates.push({ seq, key: change.key, traits });
  }
  return { candidates, traits: new Set(kept.keys()), of };
}

function nameOf(trait: Trait): string {
  if (trait.kind === 'word') return `word ${trait.column} ${trait.word}`;
  return trait.kind === 'value' ? `value ${trait.path} ${trait.value}` : `${trait.kind} ${trait.path}`;
}

/** By key, the words of the tables that reports show: a few records of each. */
function wordsByKey(verdicts: Verdicts | null): ReadonlyMap<string, readonly Trait[]> {
  const found = new Map<string, Trait[]>();
  const tables = verdicts === null ? [] : shownTables(verdicts).flatMap((shown) => shown.tables);
  for (const { column, words } of tables)
    for (const { word, examples } of words)
      for (const key of examples) found.set(key, [...(found.get(key) ?? []), { kind: 'word', column, word }]);
  return found;
}

/** What a payload shows, by its shape. */
function noteTraits(value: unknown, shape: Shape, path: string, note: (trait: Trait) => void): void {
  if (shape.kind === 'list') {
    for (const item of value as readonly unknown[]) noteTraits(item, shape.of, path, note);
    return;
  }
  if (shape.kind !== 'object') {
    if (shape.kind === 'integer' && shape.words !== undefined)
      note({ kind: 'value', path, value: Number(value) });
    return;
  }
  for (const { name, shape: inner } of shape.fields) {
    const own = (value as Readonly<Record<string, unknown>>)[name];
    const at = path === '' ? name : `${path}.${name}`;
    note({ kind: own === undefined ? 'absent' : 'present', path: at });
    if (own !== undefined) noteTraits(own, inner, at, note);
  }
}
