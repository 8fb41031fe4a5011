import { describe, expect, it } from 'vitest';
import type { Complaint, GuardName } from '../../src/complaint.ts';
import { TARGETS } from '../../src/feishu/targets.ts';
import type { Problem } from '../../src/model.ts';
import { GUARDS, guarded } from '../../src/plan/guard.ts';
import type { ProblemDetail } from '../../src/problem-detail.ts';
import { problemNote } from '../../src/report/problems.ts';
import { complaintText, errorTold } from '../../src/report/stops.ts';
import { textReport } from '../../src/report/text.ts';
import { proseOf, wordsIn } from './english.ts';
import { THEIR_DATA } from './every-kind.ts';
import { theOptions } from './plan-of.ts';
import { EVERY_MODEL, modelNamed } from './six-models.ts';

const before = { file: null, rows: 80 };
/** One complaint of every guard. */
const COMPLAINTS: { readonly [G in GuardName]: Extract<Complaint, { guard: G }> } = {
  restored: {
    guard: 'restored',
    pipeline: 'legacy-ats',
    ledger: 'ledger.db',
    kind: 'behind',
    copiedAt: null,
    runs: ['20261121-001930-3f9a2c'],
  },
  reversed: {
    guard: 'reversed',
    path: 'interview_assessments.conclusion',
    file: 'i.csv',
    column: '面试结果',
    words: [{ word: '通过', value: 1, count: 2 }],
  },
  'existing-content': {
    guard: 'existing-content',
    pipeline: 'legacy-ats',
    creates: 80,
    applications: 10,
    compared: 12,
    found: 9,
    owners: ['old-ats'],
  },
  empty: { guard: 'empty', file: null, before: null },
  truncated: { guard: 'truncated', file: 'i.csv' },
  shrunk: { guard: 'shrunk', file: 'i.csv', rows: 60, before, allows: 0.2 },
  changed: { guard: 'changed', changed: 30, known: 80, allows: 0.3 },
  field: {
    guard: 'field',
    path: 'interview_assessments.content',
    emptied: true,
    records: 50,
    known: 80,
    allows: 0.5,
  },
  rejected: { guard: 'rejected', rejected: 5, rows: 80, allows: 0.05 },
  older: { guard: 'older', newestMs: 1_709_600_700_000, lastMs: 1_709_687_100_000 },
  orphans: { guard: 'orphans', file: 'a.csv', alone: 6, rows: 10, because: 'rise', before: 0.1, allows: 0.2 },
  rekeyed: {
    guard: 'rekeyed',
    count: 12,
    known: 100,
    examples: [{ was: '007', key: '7' }],
    allows: 0.01,
  },
  vanished: { guard: 'vanished', vanished: 60, known: 100, added: 60, allows: 0.5 },
  missing: {
    guard: 'missing',
    count: 21,
    known: 25,
    isAll: false,
    allows: 20,
    from: 100,
    allowsShare: 0.05,
  },
};

describe('text reports in Chinese', () => {
  it.each(EVERY_MODEL)('%s: no English word but data, ids, paths, commands, flags and codes', (mode) => {
    const model = modelNamed(mode);
    const text = [...textReport(model, theOptions({ language: 'zh', limit: 0 }))].join('\n');
    // A reason that a pipeline gives, in whatever language, a key, and a field that the target does not have.
    const prose = proseOf(text).replaceAll(THEIR_DATA, '');
    expect(wordsIn(prose)).toEqual([]);
    if (mode === 'checks') expect(text).not.toContain('面试');
  });
});

describe('guards', () => {
  it.each(GUARDS)('%s says in both languages what it has found, and how it is lifted', (guard) => {
    const complaint = COMPLAINTS[guard];
    const { shape } = TARGETS.external_interview;
    const { zh, en } = complaintText(complaint, { zone: 'Asia/Shanghai', shape });
    expect(wordsIn(proseOf(zh))).toEqual([]);
    const numbers = (text: string) => (text.match(/\d+(\.\d+)?/g) ?? []).sort();
    expect(numbers(zh)).toEqual(numbers(en));
    const told = errorTold(guarded([complaint]));
    for (const text of [told.zh, told.en]) expect(text).toContain(`--allow ${guard}`);
    expect(wordsIn(proseOf(told.zh))).toEqual([]);
  });
});

describe('a rejected value', () => {
  const time = '2024-03-10 02:30:00';
  const zone = 'America/New_York';
  const form = { code: 'date-form', formats: ['d/M/yyyy'], declared: null } as const;
  it.each<[Problem['code'], string, ProblemDetail | undefined, RegExp]>([
    ['DATE_INVALID', '2024-02-31', { code: 'no-such-time' }, /没有这一天/],
    ['DATE_INVALID', time, { code: 'clock-skipped', zone, time }, /时钟拨快，跳过了 2024-03-10 02:30:00/],
    ['DATE_INVALID', time, { code: 'clock-twice', zone, time, offsets: ['-04:00', '-05:00'] }, /先是 -04:00/],
    ['DATE_INVALID', '5/3/2024', { ...form, form: 'ambiguous' }, /分不清哪个是日.*`d\/M\/yyyy`/],
    ['NUMBER_INVALID', '52.5', { code: 'whole-number', min: 0, max: 100 }, /必须是 0 到 100 的整数/],
    ['VALUE_UNKNOWN', '通过', { code: 'look-alike', like: '通過' }, /与“通過”只有全角半角/],
    ['VALUE_UNKNOWN', '通\u200B过', undefined, /第 2 个字符 U\+200B 看不见/],
    ['CELL_INVALID', '4.18274E+17', undefined, /科学计数法，位数已丢失/],
    ['VALUE_MISSING', 'NULL', undefined, /表示没有值/],
  ])('%s %s', (code, value, detail, says) => {
    const problem = { code, field: 'c', value, message: 'm', ...(detail && { detail }) };
    const { zh } = problemNote(problem, false);
    expect(zh).toMatch(says);
    expect(wordsIn(proseOf(zh))).toEqual([]);
    expect(problemNote(problem, true).zh).not.toMatch(says);
  });
});
