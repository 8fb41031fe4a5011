import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/model.ts';
import type { PlanStore } from '../../src/plan/plan-store.ts';
import { CSV_COLUMNS, csvReport } from '../../src/report/csv.ts';
import type { RenderOptions } from '../../src/report/report-model.ts';
import { aPayload } from '../builders.ts';
import { sharedData } from '../pipelines/shared-data.ts';
import { everyKind } from './every-kind.ts';
import { aReport, at, modelOf, planOf, theOptions } from './plan-of.ts';

type Line = Readonly<Record<(typeof CSV_COLUMNS)[number], string>>;

const textOf = (store: PlanStore, over: Partial<RenderOptions> = {}, mode: 'plan' | 'sync' = 'plan') =>
  [...csvReport(modelOf(aReport({ mode }), store), theOptions(over))].join('');
const parsed = (text: string) =>
  parse<Line>(text, {
    bom: true,
    columns: [...CSV_COLUMNS],
    from: 2,
    relax_column_count: false,
    record_delimiter: '\r\n',
  });
const of = (lines: readonly Line[], key: string) => lines.filter((line) => line.key === key);

describe('the CSV report', () => {
  it('has one line per changed field, in words, with its path', () => {
    const lines = of(parsed(textOf(planOf(everyKind()))), 'IV-update');
    expect(lines.map(({ path, before, after, note }) => [path, before, after, note])).toEqual([
      ['interview_assessments[0].conclusion', 'pending', 'fail', ''],
      [
        'interview_assessments[0].content',
        '沟通顺畅，基础扎实，可以进入下一轮面试。',
        '沟通顺畅，基础一般，可以进入下一轮面试。',
        '',
      ],
      ['interview_assessments[1].username', '', '李雷', ''],
      ['interview_assessments[1].conclusion', '', 'pass', ''],
      ['end_time', '2024-03-05 02:05', '', ''],
      [
        'interview_assessments[0].conclusion',
        'pass',
        'pending',
        'edited in Feishu; conflict; the source wins over the edit in Feishu',
      ],
      [
        'interview_assessments[0].username',
        '王强',
        '王小强',
        'edited in Feishu; the source wins over the edit in Feishu',
      ],
    ]);
    expect(lines[0]).toMatchObject({
      kind: 'update',
      file: 'interviews.csv',
      line: '5',
      feishu_id: '6900000000000000003',
      field: 'assessment 1 · conclusion',
    });
  });

  it('has lines of every kind but unchanged, of what is missing and of orphans', () => {
    const store = planOf(everyKind());
    store.addMissing([{ key: 'gone', remoteId: '9' }]);
    store.addOrphan({ file: 'a.csv', line: 3, message: 'no parent', zh: null });
    const lines = parsed(textOf(store, { language: 'zh' }));
    expect([...new Set(lines.map(({ kind }) => kind))]).toEqual([
      '更新',
      '飞书中被修改',
      '数据有误',
      '待处理',
      '结果未知',
      '登记',
      '关联',
      '新建',
      '跳过',
      '已遗忘',
      '原系统中已不存在',
      '找不到所属面试的明细行',
    ]);
    expect(lines.filter(({ kind }) => kind === '数据有误').map(({ note }) => note)).toHaveLength(2);
    expect(of(lines, 'IV-create').map(({ field }) => field)).toContain('面试评价 1 · 结论');
  });

  it('says what became of each change, with the code and log id but without the words of Feishu', () => {
    const store = planOf(everyKind());
    store.outcomes.note(1, { kind: 'done', remoteId: '42' });
    store.outcomes.note(4, { kind: 'failed', code: 99, message: '王强', logId: 'log-7' });
    const lines = parsed(textOf(store, {}, 'sync'));
    expect(of(lines, 'IV-create')[0]).toMatchObject({ feishu_id: '42', outcome: 'done' });
    expect(of(lines, 'IV-recreate')[0]?.outcome).toBe('not begun');
    expect(of(lines, 'IV-update')[0]?.outcome).toBe('failed, nothing written (code 99, log id log-7)');
  });

  const data = sharedData('conformance/blns.json');
  it.skipIf(data === undefined)('gives naughty names, notes and keys back byte for byte', () => {
    const all = JSON.parse(readFileSync(data?.[0] ?? '', 'utf8')) as readonly string[];
    const naughty = all.filter((text) => text !== '');
    const changes = naughty.map((text, i): Change => {
      const payload = aPayload({ interview_assessments: [{ username: text, content: text }] });
      const fields = [{ path: 'interview_assessments[0].content', before: text, after: `${text}!` }];
      return { kind: 'update', key: text, origin: at(i + 2), remoteId: '1', payload, fields };
    });
    const lines = parsed(textOf(planOf(changes)));
    // The documented guard: what a spreadsheet would take for a formula has one apostrophe more.
    const back = (cell: string) => cell.replace(/^'(?='*[=+\-@\t\r＝＋－＠])/, '');
    expect(lines.map(({ key }) => back(key))).toEqual(naughty);
    expect(lines.map(({ before }) => back(before))).toEqual(naughty);
    expect(lines.map(({ after }) => back(after))).toEqual(naughty.map((text) => `${text}!`));
    const cells = lines.flatMap(({ key, before, after }) => [key, before, after]);
    expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
  });
});
