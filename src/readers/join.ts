import { randomUUID } from 'node:crypto';
import { HireSyncError } from '../errors.ts';
import type { FileCount, Origin, Problem, SourceRecord } from '../model.ts';
import { oddCharacter, shown, spaceAround } from './damage.ts';
import { damagedKey, damageIn, keyMissing, keyOf, requireColumn } from './join-key.ts';
import { scanOf } from './join-scan.ts';
import type { Children, Many, WithChildren } from './many.ts';
import { createMerging, type Keyed, type Merging } from './merge.ts';
import type { ReadContext, Source, StagingTable } from './source.ts';

/** One kind of child, read completely and staged on disk, to be looked up parent by parent. */
interface Stage {
  readonly name: string;
  readonly many: Many<unknown>;
  readonly parentFiles: string;
  readonly table: StagingTable;
  readonly nested: readonly Stage[];
  readonly counts: FileCount[];
  readonly orphaned: Map<string, number>;
  /** Set where the children are read along with their parents; the table then holds the orphans. */
  readonly merging: Merging | undefined;
}

/**
 * Parent records with their child records attached, in file order:
 * `join(csv('interviews.csv'), { assessments: many(csv('assessments.csv'), 'interview_id') })`.
 * Children are staged on disk before the first parent is read. A child without a parent is reported through
 * `onOrphan` at the end, one without a readable key at once; every child is either attached or reported. A key that a
 * spreadsheet destroyed (`6.96E+18`, `####`) or that has invisible characters ties nothing, even where both sides have
 * it: it is named for what it is, as the child's problem, or as the parent's.
 * Reading throws what the sources throw, and PIPELINE_INVALID when a child's name is also a column.
 */
export function join<Row, Nested extends Children<Extract<keyof Row, string>>>(
  parent: Source<Row>,
  children: Nested,
): Source<WithChildren<Row, Nested>> {
  const sources = [parent, ...sourcesOf(children)];
  const each = (list: 'files' | 'columnar') => [...new Set(sources.flatMap((source) => source[list]))];
  return {
    kind: 'join',
    files: each('files'),
    columnar: each('columnar'),
    leaves: sources,
    ...withOtherRecords(parent, (records) => join(records as Source<Row>, children)),
    ...scanOf(parent, children),
    read: (context) => readJoin(parent, children, context),
  };
}

/** `withRecords` of a source made from another one, where that has it. */
export function withOtherRecords(
  parent: Source<unknown>,
  rebuild: (records: Source<unknown>) => Source<unknown>,
): Pick<Source<unknown>, 'withRecords'> {
  const { withRecords } = parent;
  return withRecords === undefined ? {} : { withRecords: (records) => rebuild(withRecords(records)) };
}

const sourcesOf = (children: Children): Source<unknown>[] =>
  Object.values(children).flatMap((child) => [child.source, ...sourcesOf(child.nested)]);

async function* readJoin(
  parent: Source<unknown>,
  children: Children,
  context: ReadContext,
): AsyncGenerator<SourceRecord> {
  const stages = await stageAll(children, parent, context);
  try {
    for await (const record of parent.read(context)) {
      yield context.merge === true
        ? await attachMerged(record, stages, parent)
        : attach(record, stages, parent);
    }
    await endMerging(stages);
    reportOrphans(stages, context);
  } finally {
    await closeMerging(stages);
  }
}

async function closeMerging(stages: readonly Stage[]): Promise<void> {
  for (const { merging, nested } of stages) {
    await merging?.close();
    await closeMerging(nested);
  }
}

/** Top down: the parents of nested children are only known to be all read when those above them are. */
async function endMerging(stages: readonly Stage[]): Promise<void> {
  for (const { merging, nested } of stages) {
    await merging?.end();
    await endMerging(nested);
  }
}

async function stageAll(
  children: Children,
  parent: Source<unknown>,
  context: ReadContext,
): Promise<readonly Stage[]> {
  const stages: Stage[] = [];
  for (const [name, child] of Object.entries(children)) {
    const table = context.staging.table(`join ${name} ${randomUUID()}`);
    const nested = await stageAll(child.nested, child.source, context);
    const stage: Stage = {
      name,
      many: child,
      parentFiles: parent.files.join(', '),
      // The name is taken by nobody else, so that reading the same join twice does not mix its children.
      table,
      nested,
      counts: [],
      orphaned: new Map(),
      merging:
        context.merge === true
          ? createMerging(
              mergeable(() => stage, context),
              (one) => stash(stage, one),
            )
          : undefined,
    };
    if (stage.merging === undefined) await fill(stage, context);
    stages.push(stage);
  }
  return stages;
}

async function fill(stage: Stage, context: ReadContext): Promise<void> {
  for await (const { key, record } of keyed(stage, context)) stage.table.add(key, JSON.stringify(record));
}

/** Child records with a key, in file order; those without one are reported at once. */
async function* keyed(stage: Stage, context: ReadContext): AsyncGenerator<Keyed> {
  const { source, key } = stage.many;
  const records = source.read({
    folder: context.folder,
    staging: context.staging,
    only: context.only,
    merge: context.merge,
    tenant: context.tenant,
    // A child's count is complete only when its orphans are known.
    onFile: (count) => stage.counts.push(count),
    onOrphan: (orphan) => context.onOrphan(orphan),
  });
  for await (const record of records) {
    requireColumn(record, key.child, source);
    const text = keyOf(record, key.child);
    if (text === undefined)
      reportOrphan(stage, record, '', record.problems?.[0] ?? keyMissing(record, key.child), context);
    else yield { key: text, record, alone: record };
  }
}

/** The same, each with its own children. */
async function* mergeable(stage: () => Stage, context: ReadContext): AsyncGenerator<Keyed> {
  const { nested, many } = stage();
  for await (const { key, record } of keyed(stage(), context)) {
    const whole = nested.length === 0 ? record : await attachMerged(record, nested, many.source);
    yield { key, record: whole, alone: record };
  }
}

/** Puts an orphan, and the children that were merged with it, where they would be had they been staged. */
function stash(stage: Stage, { key, record, alone }: Keyed): void {
  const children = { ...record.children };
  for (const nested of stage.nested) {
    for (const child of children[nested.name] ?? []) {
      stash(nested, { key: keyOf(child, nested.many.key.child) ?? '', record: child, alone: child });
    }
    delete children[nested.name];
  }
  stage.table.add(key, JSON.stringify({ ...alone, children }));
}

function attach(record: SourceRecord, stages: readonly Stage[], source: Source<unknown>): SourceRecord {
  if (stages.length === 0) return record;
  const children: Record<string, readonly SourceRecord[]> = { ...record.children };
  for (const stage of stages) {
    checkAttachable(record, stage, source);
    children[stage.name] = take(stage, record).map((child) => attach(child, stage.nested, stage.many.source));
  }
  return withChildren(record, stages, children);
}

async function attachMerged(
  record: SourceRecord,
  stages: readonly Stage[],
  source: Source<unknown>,
): Promise<SourceRecord> {
  const children: Record<string, readonly SourceRecord[]> = { ...record.children };
  for (const stage of stages) {
    checkAttachable(record, stage, source);
    const key = keyOf(record, stage.many.key.parent);
    children[stage.name] = key === undefined ? [] : ((await stage.merging?.take(key)) ?? []);
  }
  return withChildren(record, stages, children);
}

function withChildren(
  record: SourceRecord,
  stages: readonly Stage[],
  children: SourceRecord['children'],
): SourceRecord {
  const damaged: Problem[] = [];
  for (const stage of stages) {
    const column = stage.many.key.parent;
    const damage = damageIn(record, column);
    // Without this the parent would go out as if it had no children.
    if (damage !== undefined && damaged.every(({ field }) => field !== column)) {
      damaged.push(damagedKey(record, column, `${damage}: its "${stage.name}" cannot be found`));
    }
  }
  return damaged.length === 0
    ? { ...record, children }
    : { ...record, children, problems: [...(record.problems ?? []), ...damaged] };
}

function checkAttachable(record: SourceRecord, stage: Stage, source: Source<unknown>): void {
  requireColumn(record, stage.many.key.parent, source);
  if (Object.hasOwn(record.values, stage.name) || Object.hasOwn(record.children, stage.name)) {
    const text = `The join calls its children "${stage.name}", but ${record.origin.file} has that column already: choose another name in join({ … }).`;
    throw new HireSyncError('PIPELINE_INVALID', text);
  }
}

function take(stage: Stage, parent: SourceRecord): readonly SourceRecord[] {
  const key = keyOf(parent, stage.many.key.parent);
  return key === undefined ? [] : stage.table.take(key).map(fromJson);
}

const fromJson = (json: string) => JSON.parse(json) as SourceRecord;

function reportOrphans(stages: readonly Stage[], context: ReadContext): void {
  for (const stage of stages) {
    const { key } = stage.many;
    for (const { key: text, json } of stage.table.untaken()) {
      const record = fromJson(json);
      const odd = oddCharacter(text) ?? spaceAround(text);
      const why = odd === undefined ? '' : ` It ${odd}.`;
      const message = `No row of ${stage.parentFiles} has ${key.parent} "${shown(text)}".${why}`;
      const problem: Problem = { code: 'LOOKUP_MISSING', field: key.child, value: text, message };
      reportOrphan(stage, record, text, record.problems?.[0] ?? problem, context);
      reportOrphanedWith(record, stage, context);
    }
  }
  for (const stage of stages) {
    reportOrphans(stage.nested, context);
    for (const count of stage.counts) {
      context.onFile({ ...count, orphaned: count.orphaned + (stage.orphaned.get(count.file) ?? 0) });
    }
  }
}

/** The children of an orphan go with it. */
function reportOrphanedWith(orphan: SourceRecord, stage: Stage, context: ReadContext): void {
  // Children it brought along, when the source of this stage is a join itself.
  for (const record of Object.values(orphan.children).flat()) {
    const message = `Its parent, ${placeOf(orphan.origin)}, has no parent itself.`;
    const problem: Problem = { code: 'LOOKUP_MISSING', field: '', value: '', message };
    reportOrphan(stage, record, '', record.problems?.[0] ?? problem, context);
    reportOrphanedWith(record, { ...stage, nested: [] }, context);
  }
  for (const nested of stage.nested) {
    const { key } = nested.many;
    const text = keyOf(orphan, key.parent);
    // Some may have another parent with the same key: attached, or an orphan before this one.
    const left = text === undefined ? [] : nested.table.takeUntaken(text).map(fromJson);
    for (const record of left) {
      const value = keyOf(record, key.child) ?? '';
      const message = `Its parent, ${placeOf(orphan.origin)}, has no parent itself.`;
      const problem: Problem = { code: 'LOOKUP_MISSING', field: key.child, value, message };
      reportOrphan(nested, record, value, record.problems?.[0] ?? problem, context);
      reportOrphanedWith(record, nested, context);
    }
  }
}

const placeOf = (origin: Origin) => `${origin.file} line ${origin.line}`;

function reportOrphan(
  stage: Stage,
  record: SourceRecord,
  key: string,
  problem: Problem,
  context: ReadContext,
): void {
  const { file } = record.origin;
  stage.orphaned.set(file, (stage.orphaned.get(file) ?? 0) + 1);
  context.onOrphan({ origin: record.origin, key, problem });
}
