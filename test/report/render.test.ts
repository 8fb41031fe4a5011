import { describe, expect, it } from 'vitest';
import { FORMATS, formatOf, render } from '../../src/report/formats.ts';
import { everyKind } from './every-kind.ts';
import { aCost, aFile, aReport, modelOf, planOf, theOptions } from './plan-of.ts';

const report = aReport({ mode: 'plan', cost: aCost(), files: [aFile()] });
const made = (format: (typeof FORMATS)[number], over: Parameters<typeof theOptions>[0] = {}) =>
  [...render(format, modelOf(report, planOf(everyKind())), theOptions(over))].join('');
/** Names, notes and cells of the rows. */
const CANDIDATES = /王强|王小强|李雷|扎实|沟通|王强说好/;

describe.each(FORMATS)('a %s report', (format) => {
  it.each(['zh', 'en'] as const)('with --redact has no name and no note in it (%s)', (language) => {
    const text = made(format, { redact: true, language });
    expect(text).not.toMatch(CANDIDATES);
    // Keys, field names, enums and what is allowed stay.
    expect(text).toMatch(/IV-update/);
    expect(text).toMatch(/assessments\[0\]\.result/);
    expect(text).toMatch(/unknown yet \(new\)|尚未出现（新）/);
    if (format !== 'html') expect(text).toMatch(/通过/);
  });

  it('is the same each time', () => expect(made(format)).toBe(made(format)));
});

describe('what needs an eye', () => {
  const eye = {
    code: 'zeros-behind-15-digits',
    file: 'a.csv',
    column: '编号',
    rows: 30,
    lines: [5, 9],
  } as const;
  const withEye = (format: (typeof FORMATS)[number], language: 'zh' | 'en') =>
    [...render(format, modelOf({ ...report, eyes: [eye] }, planOf([])), theOptions({ language }))].join('');

  it('is told with its place in text, page and JSON', () => {
    expect(withEye('text', 'en')).toContain(
      'Needs an eye: a.csv, column "编号": 30 rows have ids with only zeros behind the 15th digit (line 5, 9, …).',
    );
    expect(withEye('text', 'zh')).toContain(
      '请过目：a.csv 的“编号”列有 30 行的编号在第 15 位之后全是 0（第 5, 9, … 行）',
    );
    expect(withEye('html', 'en')).toContain('Needs an eye: a.csv');
    expect(JSON.parse(withEye('json', 'en'))).toMatchObject({ eyes: [eye] });
  });
});

describe('the formats that hold values', () => {
  it.each(['csv', 'html'] as const)('%s has names and notes without --redact', (format) => {
    expect(made(format)).toMatch(/李雷/);
  });

  it('text has none, except where a rejected cell is quoted', () => {
    expect(made('text').replaceAll(/"[^"]*"/g, '')).not.toMatch(CANDIDATES);
  });
});

describe('the text report', () => {
  it('has labels and words of its language, and says what was edited in Feishu', () => {
    const zh = made('text', { language: 'zh' }).split('\n');
    expect(zh).toContain('      面试评价 1 · 结论: 待定 → 不通过');
    expect(zh).toContain(
      '      飞书中被修改: 面试评价 1 · 结论: 通过 → 待定（与原系统冲突；以原系统为准，覆盖飞书中的修改）',
    );
    const en = made('text').split('\n');
    expect(en).toContain('      assessment 1 · conclusion: pending → fail');
    expect(en).toContain(
      '      edited in Feishu: assessment 1 · conclusion: pass → pending (conflict; the source wins over the edit in Feishu)',
    );
    expect(en.find((line) => line.includes('IV-recreate'))).toMatch(/takes the place of 6900000000000000001/);
  });
});

describe('formatOf', () => {
  it.each([
    ['a.txt', 'text'],
    ['a.json', 'json'],
    ['dir.html/a.CSV', 'csv'],
    ['a.b.html', 'html'],
    ['a.pdf', undefined],
    ['html', undefined],
    ['a.toString', undefined],
  ])('%s → %s', (file, format) => expect(formatOf(file)).toBe(format));
});
