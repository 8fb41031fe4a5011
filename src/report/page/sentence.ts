import type { Bilingual } from '../../plan/shape.ts';
import { oneOf } from '../kinds.ts';
import type { ReportModel } from '../report-model.ts';
import { joined, w } from '../sentences.ts';
import type { Overwritten } from './overwritten.ts';
import { number } from './shell.ts';

/** One sentence that says what happens, and what somebody who signs has to be afraid of. */
export function sentenceOf(
  model: ReportModel,
  { emptied, edited, conflicts }: Overwritten,
): { readonly happens: Bilingual; readonly mind: readonly Bilingual[] } {
  const { result, target } = model;
  const one = oneOf(target);
  const some = (n: number, zh: string, en: string): Bilingual[] =>
    n === 0 ? [] : [w(zh.replace('{n}', number(n)), en.replace('{n}', number(n)))];
  const many = (n: number) => (n === 1 ? one.en : `${one.en}s`);
  switch (result.mode) {
    case 'plan':
    case 'sync': {
      const { rows } = result;
      const plan = result.mode === 'plan';
      const [zh, will] = tense(plan);
      const written = [
        ...some(rows.created, `新建 {n} 条${one.zh}`, `{n} ${many(rows.created)} ${will} created`),
        ...some(rows.updated, `整条覆盖 {n} 条${one.zh}`, `{n} ${will} replaced as a whole`),
      ];
      const open = rows.rejected + rows.held - result.notAttempted + rows.inDoubt + rows.failed;
      const nothing = plan ? NOTHING_TO_WRITE : w('没有写入飞书。', 'Nothing was written to Feishu.');
      const cut = result.stopped !== null && plan;
      return {
        happens: cut
          ? w('同步会在写入之前停止。', 'A sync would stop before its first write.')
          : inFeishu(zh, written, nothing),
        mind: [
          ...some(
            emptied,
            `{n} 条${zh}清空原有的内容`,
            `${plan ? 'Lose a value that stands in Feishu' : 'Lost a value that stood in Feishu'}: {n}`,
          ),
          ...some(
            edited,
            `{n} 条${zh}涉及有人在飞书中修改过的内容${conflicts > 0 ? `，其中冲突 ${number(conflicts)} 条` : ''}`,
            `Edited in Feishu before: {n}${conflicts > 0 ? `, ${number(conflicts)} in conflict with the source` : ''}`,
          ),
          ...some(open, '{n} 行未导入，需要处理', 'Not imported, need attention: {n}'),
          ...some(
            result.orphans,
            `{n} 个明细行找不到所属${one.zh}，未导入`,
            'Child rows without a parent, not imported: {n}',
          ),
          ...some(
            result.notAttempted,
            '{n} 行未开始，由下一次运行继续',
            'Not begun, taken up by the next run: {n}',
          ),
        ],
      };
    }
    case 'validate': {
      const { rows, complaints, refused } = result;
      return {
        happens: w(
          `读取 ${number(rows.read)} 行，其中 ${number(rows.valid)} 行可以导入。`,
          `${number(rows.read)} rows were read; ${number(rows.valid)} of them can be imported.`,
        ),
        mind: [
          ...some(refused.length, '{n} 个文件无法完整读取', 'Files that cannot be read whole: {n}'),
          ...some(complaints.length, '{n} 项检查会让同步停止', 'Checks that would stop a sync: {n}'),
          ...some(
            rows.rejected + rows.held,
            '{n} 行不会导入，需要处理',
            'Would not be imported, need attention: {n}',
          ),
          ...some(result.orphans, `{n} 个明细行找不到所属${one.zh}`, 'Child rows without a parent: {n}'),
        ],
      };
    }
    case 'verify': {
      const { changed, missing, open, read } = result.records;
      const equal = changed + missing + (result.unknown ?? 0) === 0;
      const [zh, holds] = equal ? ['一致', 'holds'] : ['不一致', 'does not hold'];
      return {
        happens: w(
          `已读回 ${number(read)} 条记录，飞书中与上次写入的${zh}。`,
          `${number(read)} records were read back: Feishu ${holds} what was last written.`,
        ),
        mind: [
          ...some(changed, '{n} 条在飞书中被修改', '{n} changed in Feishu'),
          ...some(missing, '{n} 条在飞书中已不存在', '{n} no longer in Feishu'),
          ...some(
            result.unknown ?? 0,
            `飞书中多出的${one.zh} {n} 个`,
            '{n} in Feishu that belong to no record',
          ),
          ...some(open, '{n} 条未能比较', '{n} not compared'),
          ...(result.unknown === null
            ? [w('没有查找多出的对象（--known-only）', 'Other objects were not looked for (--known-only)')]
            : []),
        ],
      };
    }
    case 'undo':
    case 'undo-plan': {
      const { rows } = result;
      const plan = result.mode === 'undo-plan';
      const [zh, will] = tense(plan);
      const back = `{n} ${many(rows.restored)} ${will} given back their old version`;
      const written = [
        ...some(rows.restored, '改回 {n} 条', back),
        ...some(rows.deleted, '删除 {n} 条', `{n} ${will} deleted`),
      ];
      return {
        happens: inFeishu(zh, written, NOTHING_TO_WRITE),
        mind: [
          ...some(
            rows.deleted,
            plan ? '{n} 条将被删除，删除后无法恢复' : '{n} 条已被删除，无法恢复',
            `{n} ${will} deleted, which cannot be taken back`,
          ),
          ...some(rows.left, '{n} 条保持原样，原因见下', '{n} left alone, for the reasons below'),
          ...some(rows.failed + rows.inDoubt, '{n} 条失败或结果未知', '{n} failed or in doubt'),
          ...some(rows.notBegun, '{n} 条未开始', '{n} not begun'),
        ],
      };
    }
  }
}

const NOTHING_TO_WRITE = w('没有要写入飞书的内容。', 'Nothing is to be written to Feishu.');

const tense = (plan: boolean) => (plan ? (['将', 'will be'] as const) : (['已', 'were'] as const));

/** `将在飞书中新建 2 条面试，整条覆盖 1 条面试。` */
function inFeishu(tenseZh: string, written: readonly Bilingual[], nothing: Bilingual): Bilingual {
  if (written.length === 0) return nothing;
  const { zh, en } = joined(written, '，', ' and ');
  return w(`${tenseZh}在飞书中${zh}。`, `In Feishu, ${en}.`);
}

/** How much was looked at. */
export function sumOf({ result }: ReportModel): Bilingual {
  if (result.mode === 'verify')
    return w(
      `共 ${number(result.records.read)} 条记录，${number(result.applications)} 个投递。没有写入任何内容。`,
      `${number(result.records.read)} records, ${number(result.applications)} applications. Nothing was written.`,
    );
  const read = number(result.rows.read);
  const isUndo = result.mode === 'undo' || result.mode === 'undo-plan';
  return isUndo
    ? w(`共 ${read} 条记录。`, `Records: ${read}.`)
    : w(`共读取 ${read} 行。`, `${read} rows read.`);
}
