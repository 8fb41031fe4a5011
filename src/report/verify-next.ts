import type { Bilingual } from '../plan/shape.ts';
import type { VerifyReport } from '../result/verify.ts';
import { w } from './sentences.ts';
import { tellingOf } from './telling.ts';

/** The commands that go on from what a verify found. */
export function* verifyNext({ records, unknown, pipeline, made }: VerifyReport): Generator<Bilingual> {
  // A plan takes the pipeline's file, and a verify may have had its name only.
  const file = made?.file;
  const [typed, named] = [tellingOf({ pipeline: file ?? 'FILE' }), tellingOf({ pipeline: file ?? pipeline })];
  const hint = file === undefined ? w('（FILE 为同步规则文件）', ' (FILE: the pipeline file)') : w('', '');
  const plan = `hire-sync plan ${typed.pipeline}`;
  if (records.changed + records.missing > 0)
    yield w(
      `下一步：\`${plan} --remote --repair-drift --recreate-missing\`${hint.zh}显示同步会如何处理，不写入。`,
      `Next: \`${plan} --remote --repair-drift --recreate-missing\`${hint.en} shows what a sync with these two flags would do about it; it writes nothing.`,
    );
  if (records.open > 0)
    yield w(
      `下一步：未能比较的记录由下一次同步核实；\`${plan}\`${hint.zh}说明每条的原因和可作的决定。`,
      `Next: what could not be compared is settled by the next sync, or by a decision: \`${plan}\`${hint.en} says which.`,
    );
  if ((unknown ?? 0) > 0) {
    const link = `hire-sync resolve ${named.pipeline} KEY --adopt ID`;
    yield w(
      `下一步：多出的对象如果属于某条记录，用 \`${link}\` 关联；否则可以保留。`,
      `Next: an unknown object that is a record's is linked with \`${link}\`; any other can stay.`,
    );
  }
}
