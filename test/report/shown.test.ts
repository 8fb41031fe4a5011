import { expect, it } from 'vitest';
import { htmlReport } from '../../src/report/html.ts';
import { shownNotes } from '../../src/report/shown.ts';
import { textReport } from '../../src/report/text.ts';
import { exitCodeOf, type ShownOtherwise } from '../../src/result/report.ts';
import { aReport, modelOf, planOf, theOptions } from './plan-of.ts';

const cut: ShownOtherwise = {
  kind: 'cut',
  path: 'interview_assessments.content',
  label: { zh: '面试评价 · 综合评价', en: 'assessment · comment' },
  records: 12,
  length: 500,
  longest: 620,
  lost: 'open',
};
const floored: ShownOtherwise = {
  kind: 'floored',
  path: 'begin_time',
  label: { zh: '开始时间', en: 'begin' },
  records: 1,
  toMs: 60_000,
  lost: null,
};

it('tells once per kind of field how Feishu shows what was sent, and how to accept a loss', () => {
  expect([...shownNotes({ shown: [cut, floored] })].map(({ en }) => en)).toEqual([
    "Feishu stores assessment · comment cut to 500 characters: 12 records, longest 620. If that may be, say so in the pipeline: accepts: { cut: ['interview_assessments.content'] }.",
    'Feishu stores begin to the minute: 1 record.',
  ]);
  expect([...shownNotes({ shown: [{ ...cut, lost: 'accepted' }] })].map(({ zh }) => zh)).toEqual([
    '飞书把“面试评价 · 综合评价”截断为 500 个字符：12 条，最长 620。',
  ]);
});

it('in the text report and on the page; and the loss makes it exit 3', () => {
  const report = aReport({ shown: [cut] });
  const options = theOptions();
  const text = [...textReport(modelOf(report, planOf([])), options)].join('\n');
  expect(text).toContain('cut to 500 characters: 12 records, longest 620.');
  const page = [...htmlReport(modelOf(report, planOf([])), options)].join('');
  expect(page).toContain('cut to 500 characters: 12 records, longest 620.');
  const none = { ...report.rows, rejected: 0, held: 0, failed: 0, inDoubt: 0 };
  expect(exitCodeOf(none, 0, [floored])).toBe(0);
  expect(exitCodeOf(none, 0, [cut])).toBe(3);
  expect(exitCodeOf(none, 0, [{ ...cut, lost: 'accepted' }])).toBe(0);
});
