import { randomUUID } from 'node:crypto';
import type { SourceRecord } from '../model.ts';
import { batched, batchesOf } from './batches.ts';
import { attachMerged, attachStaged } from './join-attach.ts';
import { keyMissing, keyOf, requireColumn } from './join-key.ts';
import { keptWithChildren, keptWithParent } from './join-moved.ts';
import { reportOrphan, reportOrphans, stash } from './join-orphans.ts';
import { scanOf } from './join-scan.ts';
import type { Stage } from './join-stage.ts';
import type { Children, WithChildren } from './many.ts';
import { createMerging, type Keyed } from './merge.ts';
import { type Part, partsOf, type ReadContext, type Source } from './source.ts';

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
    parts: [...partsOf(parent), ...childParts(children)],
    ...withOtherRecords(parent, (records) => join(records as Source<Row>, children)),
    ...scanOf(parent, children),
    read: (context) => batched(readJoin(parent, children, context)),
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

/** Parts of the children, named by the path that leads to them. */
function childParts(children: Children): Part[] {
  return Object.entries(children).flatMap(([name, { source, nested, orphans }]) => [
    ...partsOf(source).map(({ file, role, orphans: own }) => ({
      file,
      role: role === '' ? name : `${name}.${role}`,
      orphans: own ?? orphans,
    })),
    ...childParts(nested).map((part) => ({ ...part, role: `${name}.${part.role}` })),
  ]);
}

const sourcesOf = (children: Children): Source<unknown>[] =>
  Object.values(children).flatMap((child) => [child.source, ...sourcesOf(child.nested)]);

async function* readJoin(
  parent: Source<unknown>,
  children: Children,
  context: ReadContext,
): AsyncGenerator<readonly SourceRecord[]> {
  if (context.withoutChildren === true) {
    const none = Object.fromEntries(Object.keys(children).map((name) => [name, []]));
    for await (const batch of batchesOf(parent.read(context)))
      yield batch.map((record) => ({ ...record, children: { ...record.children, ...none } }));
    return;
  }
  const stages = await stageAll(children, parent, { context, path: [] });
  try {
    for await (const read of batchesOf(parent.read(context))) {
      const batch = read.map((record) => keptWithChildren(record, stages));
      if (context.merge === true) yield* attachMerged(batch, stages, parent);
      else yield* attachStaged(batch, stages, parent);
    }
    await endMerging(stages);
    await reportOrphans(stages, parent, context);
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
  { context, path }: { readonly context: ReadContext; readonly path: readonly string[] },
): Promise<readonly Stage[]> {
  const stages: Stage[] = [];
  for (const [name, child] of Object.entries(children)) {
    const table = context.staging.table(`join ${name} ${randomUUID()}`);
    const here = [...path, name];
    const nested = await stageAll(child.nested, child.source, { context, path: here });
    const stage: Stage = {
      name,
      path: here,
      many: child,
      parentFiles: parent.files.join(', '),
      // The name is taken by nobody else, so that reading the same join twice does not mix its children.
      table,
      nested,
      counts: [],
      orphaned: new Map(),
      unnamed: new Map(),
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
  for await (const batch of keyed(stage, context))
    for (const { key, record } of batch) stage.table.add(key, JSON.stringify(record));
}

/** Child records with a key, in file order; those without one are reported at once. */
async function* keyed(stage: Stage, context: ReadContext): AsyncGenerator<readonly Keyed[]> {
  const { source, key } = stage.many;
  const records = source.read({
    folder: context.folder,
    staging: context.staging,
    only: context.only,
    merge: context.merge,
    corrections: context.corrections,
    tenant: context.tenant,
    // A child's count is complete only when its orphans are known.
    onFile: (count) => stage.counts.push(count),
    onOrphan: (orphan) => context.onOrphan({ ...orphan, path: [...stage.path, ...orphan.path] }),
  });
  for await (const batch of batchesOf(records)) {
    const found: Keyed[] = [];
    for (const read of batch) {
      requireColumn(read, key.child, source);
      const record = keptWithChildren(keptWithParent(read, key.child), stage.nested);
      const text = keyOf(record, key.child);
      if (text === undefined)
        reportOrphan(stage, record, '', record.problems?.[0] ?? keyMissing(record, key.child), context);
      else found.push({ key: text, record, alone: record });
    }
    yield found;
  }
}

/** The same, each with its own children. */
async function* mergeable(stage: () => Stage, context: ReadContext): AsyncGenerator<readonly Keyed[]> {
  const { nested, many } = stage();
  for await (const batch of keyed(stage(), context)) {
    if (nested.length === 0) {
      yield batch;
      continue;
    }
    let at = 0;
    for await (const whole of attachMerged(
      batch.map(({ record }) => record),
      nested,
      many.source,
    )) {
      const from = at;
      at += whole.length;
      yield whole.map((record, index) => {
        const { key, alone } = batch[from + index] as Keyed;
        return { key, record, alone };
      });
    }
  }
}
