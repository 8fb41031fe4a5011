import type { Problem, SourceRecord } from '../model.ts';
import { oddCharacter, shown, spaceAround } from './damage.ts';
import { isWordForNothing, nothingAdvice } from './empty-words.ts';
import { type AlikeParent, findAlike } from './join-alike.ts';
import { keyOf } from './join-key.ts';
import type { Stage } from './join-stage.ts';
import { differenceOf } from './look-alike.ts';
import type { Keyed } from './merge.ts';
import type { ReadContext, Source } from './source.ts';

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

/**
 * Reports every child without a parent, and the counts of the files, which are known only then.
 * @param parents the source of the records that these stages belong to
 */
export async function reportOrphans(
  stages: readonly Stage[],
  parents: Source<unknown>,
  context: ReadContext,
): Promise<void> {
  for (const stage of stages) {
    const { key } = stage.many;
    const alikeOf = await findAlike(stage, parents, context);
    for (const { key: text, json } of stage.table.untaken()) {
      const record = fromJson(json);
      const message = `No row of ${stage.parentFiles} has ${key.parent} "${shown(text)}"${whyOrphaned(text, alikeOf(text))}`;
      const zh = `${stage.parentFiles} 中没有“${key.parent}”为“${shown(text)}”的行${zhOrphaned(alikeOf(text))}`;
      const problem: Problem = { code: 'LOOKUP_MISSING', field: key.child, value: text, zh, message };
      reportOrphan(stage, record, text, record.problems?.[0] ?? problem, context);
      reportOrphanedWith(record, stage, context);
    }
  }
  for (const stage of stages) {
    await reportOrphans(stage.nested, stage.many.source, context);
    for (const count of stage.counts) {
      context.onFile({
        ...count,
        orphaned: count.orphaned + (stage.orphaned.get(count.file) ?? 0),
        unnamed: count.unnamed + (stage.unnamed.get(count.file) ?? 0),
      });
    }
  }
}

/** The same in Chinese; what is wrong with the key itself, its value tells. */
function zhOrphaned(alike: AlikeParent | undefined): string {
  if (alike === undefined) return '';
  return `，而第 ${alike.line} 行有“${shown(alike.key)}”：只是写法不同（前导零、.0、大小写、空格等）；请在两个导出中写成一样`;
}

/** What the key of an orphan itself tells: the end of the sentence that no parent has it. */
function whyOrphaned(text: string, alike: AlikeParent | undefined): string {
  const odd =
    oddCharacter(text) ?? spaceAround(text) ?? (isWordForNothing(text) ? nothingAdvice(text) : undefined);
  const advice = odd === undefined ? '' : ` It ${odd}.`;
  if (alike === undefined) return `.${advice}`;
  const difference = differenceOf(text, alike.key);
  return `, but line ${alike.line} has "${shown(alike.key)}": ${difference}.${advice === '' ? ' Write it alike in both exports.' : advice}`;
}

/** The children of an orphan go with it. */
function reportOrphanedWith(orphan: SourceRecord, stage: Stage, context: ReadContext): void {
  // Children it brought along, when the source of this stage is a join itself.
  for (const record of Object.values(orphan.children).flat()) {
    const problem: Problem = { code: 'LOOKUP_MISSING', field: '', value: '', ...goesWith(orphan) };
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
      const problem: Problem = { code: 'LOOKUP_MISSING', field: key.child, value, ...goesWith(orphan) };
      reportOrphan(nested, record, value, record.problems?.[0] ?? problem, context);
      reportOrphanedWith(record, nested, context);
    }
  }
}

const goesWith = ({ origin: { file, line } }: SourceRecord) => ({
  zh: `它所属的 ${file} 第 ${line} 行本身也找不到所属的记录`,
  message: `Its parent, ${file} line ${line}, has no parent itself.`,
});

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
  context.onOrphan({
    origin: record.origin,
    key,
    problem,
    record,
    path: stage.path,
    parentColumn: stage.many.key.parent,
  });
}
