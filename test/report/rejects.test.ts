import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/model.ts';
import { rowHash, shortHash } from '../../src/readers/reject-check.ts';
import { rejectFiles } from '../../src/report/rejects.ts';
import { at, planOf } from './plan-of.ts';

const problem: Problem = { code: 'VALUE_UNKNOWN', field: 'result', value: '?', message: 'unknown' };
const row = (original: object, problems: readonly Problem[] = [problem], line = 2) =>
  ({ change: { kind: 'rejected', key: 'a', origin: at(line), problems }, original }) as const;
const ABOUT = {
  ...{ run: 'run-1', pipeline: 'p', tables: [], isFedBack: true, stateOf: () => null },
  language: 'en',
} as const;
const textOf = (...rows: readonly ReturnType<typeof row>[]) =>
  [...(rejectFiles(planOf(rows), ABOUT)[0]?.pieces() ?? [])].join('');
const cellsOf = (text: string): string[][] => parse(text, { bom: true, record_delimiter: '\r\n' });

describe('rejects.csv', () => {
  it('has a BOM, CRLF, the original columns in their order and ours after them', () => {
    const check = `p:r${rowHash({ alpha: '2', zeta: '1' })}-k${shortHash('a')}`;
    expect(textOf(row({ zeta: '1', alpha: '2' }))).toBe(
      `\uFEFFzeta,alpha,_key,_file,_row,_line,_code,_field,_problem,_allowed,_correct,_children,_unread,_typed,_run,_record,_check\r\n1,2,a,interviews.csv,2,2,VALUE_UNKNOWN,result,unknown,,,,,,run-1,1,${check}\r\n`,
    );
  });

  it('knows a corrected row that Feishu refused by what the export has, and its record by what the ledger has now', () => {
    const check = `p:r${rowHash({ id: 'as exported' })}-k${shortHash('old')}`;
    const rejected = { origin: { file: 'interviews.csv', line: 9 }, row: 7, record: 'run-0:3', check };
    const { change } = row({}, [{ ...problem, code: 'FEISHU_REFUSED' }]);
    const plan = planOf([{ change, original: { id: 'corrected' }, rejected }]);
    const [file] = rejectFiles(plan, { ...ABOUT, stateOf: () => 'settled' });
    const [, cells] = cellsOf([...(file?.pieces() ?? [])].join(''));
    expect(cells?.slice(2, 5)).toEqual(['interviews.csv', '7', '9']);
    expect(cells?.at(-1)).toBe(
      `p:r${rowHash({ id: 'as exported' })}-k${shortHash('a')}-s${shortHash('settled')}`,
    );
  });

  it('brings every problem of a row, each on its line of a cell', () => {
    const child = { ...problem, allowed: ['通过', '不通过'], origin: { file: 'assessments.csv', line: 9 } };
    const [, cells] = cellsOf(textOf(row({ id: '1' }, [problem, child])));
    expect(cells?.slice(0, -1)).toEqual([
      '1',
      'a',
      'interviews.csv',
      '2',
      '2',
      'VALUE_UNKNOWN\nVALUE_UNKNOWN',
      'result\nassessments.csv:9 result',
      'unknown\nunknown',
      '\n通过 | 不通过',
      '\nthe export: assessments.csv:9',
      '',
      '',
      '',
      'run-1',
      '1',
    ]);
  });

  it.each(['a\nb', 'a\rb', 'a\r\nb', '"quoted"', 'a,b', '', ' a ', '𠮷👍', '"\r\n,'])(
    'gives the cell %j back to whoever reads the file',
    (value) => {
      const [, cells] = cellsOf(textOf(row({ before: 'x', cell: value, after: 'y' })));
      expect(cells!.slice(0, 4)).toEqual(['x', value, 'y', 'a']);
    },
  );

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=1\n"2"'])(
    'keeps a spreadsheet from taking %j for a formula',
    (value) => {
      const [, cells] = cellsOf(textOf(row({ cell: value })));
      expect(cells![0]).toBe(`'${value}`);
    },
  );

  it('guards a column name and a message like any cell', () => {
    const [header, cells] = cellsOf(textOf(row({ '=cmd()': '1' }, [{ ...problem, message: '=1' }])));
    expect(header![0]).toBe("'=cmd()");
    expect(cells![7]).toBe("'=1");
  });

  it('has one column for each name that any row has', () => {
    const rows = cellsOf(
      textOf(row({ a: '1', b: '2' }), row({ b: '3', c: ['x', 1], d: null }, [problem], 3)),
    );
    expect(rows.map((cells) => cells.slice(0, 5))).toEqual([
      ['a', 'b', 'c', 'd', '_key'],
      ['1', '2', '', '', 'a'],
      ['', '3', '["x",1]', '', 'a'],
    ]);
  });
});
