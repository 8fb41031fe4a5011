import type { Origin, Problem, SourceRecord } from '../model.ts';
import { oddCharacter, shown, spaceAround } from './damage.ts';
import { keyOf } from './join-key.ts';
import type { Stage } from './join-stage.ts';
import type { Keyed } from './merge.ts';
import type { ReadContext } from './source.ts';

/** Puts an orphan, and the children that were merged with it, where they would be had they been staged. */
export function stash(stage: Stage, { key, record, alone }: Keyed): void {
  const children = { ...record.children };
  for (const nested of stage.nested) {
    for (const child of children[nested.name] ?? []) {
      stash(nested, { key: keyOf(child, nested.many.key.child) ?? '', record: child, alone: child });
    }
    delete children[nested.name];
  }
  stage.table.add(key, JSON.stringify({ ...alone, children }));
}

const fromJson = (json: string) => JSON.parse(json) as SourceRecord;

/** Reports every child without a parent, and the counts of the files, which are known only then. */
export function reportOrphans(stages: readonly Stage[], context: ReadContext): void {
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
      context.onFile({
        ...count,
        orphaned: count.orphaned + (stage.orphaned.get(count.file) ?? 0),
        unnamed: count.unnamed + (stage.unnamed.get(count.file) ?? 0),
      });
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

export function reportOrphan(
  stage: Stage,
  record: SourceRecord,
  key: string,
  problem: Problem,
  context: ReadContext,
): void {
  const { file } = record.origin;
  stage.orphaned.set(file, (stage.orphaned.get(file) ?? 0) + 1);
  if (problem.code === 'KEY_MISSING' && problem.value === '')
    stage.unnamed.set(file, (stage.unnamed.get(file) ?? 0) + 1);
  context.onOrphan({ origin: record.origin, key, problem, record, path: stage.path });
}
