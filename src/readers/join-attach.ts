import { HireSyncError } from '../errors.ts';
import type { Problem, SourceRecord } from '../model.ts';
import { damagedKey, damageIn, keyOf, requireColumn } from './join-key.ts';
import type { Stage } from './join-stage.ts';
import type { Source } from './source.ts';

// Of parents with children from the staging: as many characters of JSON are held at a time.
const BATCH_CHARACTERS = 1_000_000;

/** Attaches the children that were staged, in batches of a bounded size. */
export function* attachStaged(
  batch: readonly SourceRecord[],
  stages: readonly Stage[],
  source: Source<unknown>,
): Generator<readonly SourceRecord[]> {
  let whole: SourceRecord[] = [];
  let characters = 0;
  const fromJson = (json: string): SourceRecord => {
    characters += json.length;
    return JSON.parse(json) as SourceRecord;
  };
  for (const record of batch) {
    whole.push(attach(record, stages, source, fromJson));
    if (characters < BATCH_CHARACTERS) continue;
    yield whole;
    whole = [];
    characters = 0;
  }
  yield whole;
}

function attach(
  record: SourceRecord,
  stages: readonly Stage[],
  source: Source<unknown>,
  fromJson: (json: string) => SourceRecord,
): SourceRecord {
  if (stages.length === 0) return record;
  const children: Record<string, readonly SourceRecord[]> = { ...record.children };
  for (const stage of stages) {
    checkAttachable(record, stage, source);
    const key = keyOf(record, stage.many.key.parent);
    const taken = key === undefined ? [] : stage.table.take(key).map(fromJson);
    children[stage.name] = taken.map((child) => attach(child, stage.nested, stage.many.source, fromJson));
  }
  return withChildren(record, stages, children);
}

/** Attaches children as they are read, in batches that end where more of the children had to be read: no more of them is held than was read at a time. */
export async function* attachMerged(
  batch: readonly SourceRecord[],
  stages: readonly Stage[],
  source: Source<unknown>,
): AsyncGenerator<readonly SourceRecord[]> {
  let whole: SourceRecord[] = [];
  for (const record of batch) {
    const children: Record<string, readonly SourceRecord[]> = { ...record.children };
    let hasWaited = false;
    for (const stage of stages) {
      checkAttachable(record, stage, source);
      const key = keyOf(record, stage.many.key.parent);
      const taken = key === undefined ? [] : stage.merging?.take(key);
      hasWaited ||= taken instanceof Promise;
      children[stage.name] = taken instanceof Promise ? await taken : (taken ?? []);
    }
    whole.push(withChildren(record, stages, children));
    if (!hasWaited) continue;
    yield whole;
    whole = [];
  }
  yield whole;
}

const NONE: readonly Problem[] = [];

function withChildren(
  record: SourceRecord,
  stages: readonly Stage[],
  children: SourceRecord['children'],
): SourceRecord {
  let damaged: readonly Problem[] = NONE;
  // Of a row that cannot be read nobody knows what stands in the key's column: it is rejected, and not quoted.
  const isRow = record.problems?.every(({ code }) => code === 'CELL_INVALID') !== false;
  for (const stage of stages) {
    const column = stage.many.key.parent;
    const damage = isRow ? damageIn(record, column) : undefined;
    // Without this the parent would go out as if it had no children.
    if (damage !== undefined && damaged.every(({ field }) => field !== column)) {
      damaged = [...damaged, damagedKey(record, column, `${damage}: its "${stage.name}" cannot be found`)];
    }
  }
  if (damaged.length > 0) return { ...record, children, problems: [...(record.problems ?? []), ...damaged] };
  // Millions of times, and nearly all have nothing else: half the price of a copy of what is there.
  const { origin, values, problems, ordinal, rows, row, rejected } = record satisfies Named;
  const others = problems ?? ordinal ?? rows ?? row ?? rejected;
  return others === undefined ? { origin, values, children } : { ...record, children };
}

/** The fields of a record that are named above: with another one in `SourceRecord`, it is none of these. */
type Named = {
  readonly [Name in keyof SourceRecord]: Name extends
    | 'origin'
    | 'values'
    | 'children'
    | 'problems'
    | 'ordinal'
    | 'rows'
    | 'row'
    // Only beside `rejected`.
    | 'before'
    | 'rejected'
    ? SourceRecord[Name]
    : never;
};

function checkAttachable(record: SourceRecord, stage: Stage, source: Source<unknown>): void {
  requireColumn(record, stage.many.key.parent, source);
  if (Object.hasOwn(record.values, stage.name) || Object.hasOwn(record.children, stage.name)) {
    const text = `The join calls its children "${stage.name}", but ${record.origin.file} has that column already: choose another name in join({ … }).`;
    throw new HireSyncError('PIPELINE_INVALID', text);
  }
}
