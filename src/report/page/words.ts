import type { Bilingual } from '../../plan/shape.ts';
import { w } from '../sentences.ts';

/** The words of the page's own script. `{…}` is filled in by it. */
export const PAGE_WORDS = {
  absent: w('无', 'absent'),
  text: w('{n} 字文本', 'text of {n} characters'),
  conflict: w('与原系统冲突', 'conflict'),
  edited: w('飞书中被修改', 'edited'),
  editedSince: w('上次写入后在飞书中被修改', 'Edited in Feishu since it was last written'),
  field: w('字段', 'Field'),
  value: w('值', 'Value'),
  before: w('之前', 'Before'),
  after: w('之后', 'After'),
  lastWritten: w('上次写入', 'Last written'),
  feishuNow: w('飞书现在', 'Feishu now'),
  feishuId: w('飞书 ID', 'Feishu id'),
  noKey: w('（无记录编号）', '(no key)'),
  colon: w('：', ': '),
  comma: w('、', ', '),
  added: w('新增 {n} 个值，原来没有', '{n} new values where there was none'),
  group: w('{name}（{n} 项）', '{name} ({n} values)'),
  count: w('{found} / {all} 条', '{found} of {all} changes'),
  printed: w(
    '打印了 {all} 条中的 {few} 条；完整清单见 CSV。',
    '{few} of {all} are printed; the CSV has them all.',
  ),
} as const satisfies Readonly<Record<string, Bilingual>>;
