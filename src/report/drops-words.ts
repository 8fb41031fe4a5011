import type { Bilingual } from '../plan/shape.ts';
import type { ReasonOf } from '../reason.ts';
import { w } from './sentences.ts';

/** Why an update that takes an assessment away is held. */
export function dropsWords({ because, orphans }: ReasonOf<'drops-child'>, { zh, en }: Bilingual): Bilingual {
  switch (because) {
    case 'unreadable-key':
      return w(
        `会丢失 ${zh}，而导出中有一个明细行的关联编号为空或无法读取：可能就是它的`,
        `would drop ${en} while a child row of the export has an empty or unreadable key: it may be its`,
      );
    case 'look-alike-key':
      return w(
        `会丢失 ${zh}，而导出中有一个明细行的关联编号与它的相似（大小写、前导零、.0 等）`,
        `would drop ${en} while a child row of the export has a key that looks like its own (case, leading zeros, .0)`,
      );
    case 'very-row':
      return w(
        `会丢失 ${zh}，而这一行仍在导出中，只是关联编号指向了不存在的记录`,
        `would drop ${en} while that very row is in the export, under a key that no record has`,
      );
    case 'orphans':
      return w(
        `会丢失 ${zh}，而导出中有 ${orphans} 个明细行没有所属记录：可能就是其中之一`,
        `would drop ${en} while ${orphans} child rows of the export have no parent: it may be one of them`,
      );
    case 'partial-group':
      return w(
        `会丢失 ${zh}，因为拒绝文件中没有它的行：请改正导出`,
        `would drop ${en} because the reject file does not have its row: correct the export`,
      );
  }
}
