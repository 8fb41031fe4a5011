import type { Bilingual } from '../../plan/shape.ts';

/** The words of the page's own script. `{…}` is filled in by it. */
export const PAGE_WORDS = {
  absent: { zh: '无', en: 'absent' },
  text: { zh: '{n} 字文本', en: 'text of {n} characters' },
  conflict: { zh: '与原系统冲突', en: 'conflict' },
  edited: { zh: '飞书中被修改', en: 'edited' },
  editedSince: { zh: '上次写入后在飞书中被修改', en: 'Edited in Feishu since it was last written' },
  field: { zh: '字段', en: 'Field' },
  value: { zh: '值', en: 'Value' },
  before: { zh: '之前', en: 'Before' },
  after: { zh: '之后', en: 'After' },
  lastWritten: { zh: '上次写入', en: 'Last written' },
  feishuNow: { zh: '飞书现在', en: 'Feishu now' },
  feishuId: { zh: '飞书 ID', en: 'Feishu id' },
  application: { zh: '投递', en: 'application' },
  noKey: { zh: '（无记录编号）', en: '(no key)' },
  colon: { zh: '：', en: ': ' },
  comma: { zh: '、', en: ', ' },
  added: { zh: '新增 {n} 个值，原来没有', en: '{n} new values where there was none' },
  group: { zh: '{name}（{n} 项）', en: '{name} ({n} values)' },
  count: { zh: '{found} / {all} 条', en: '{found} of {all} changes' },
  printed: {
    zh: '打印了 {all} 条中的 {few} 条；完整清单见 CSV。',
    en: '{few} of {all} are printed; the CSV has them all.',
  },
} as const satisfies Readonly<Record<string, Bilingual>>;
