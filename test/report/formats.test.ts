import { expect, it } from 'vitest';
import { isReport, render } from '../../src/report/formats.ts';
import type { ReportModel } from '../../src/report/report-model.ts';
import type { Report } from '../../src/result/report.ts';
import type { Validation } from '../../src/result/validation.ts';
import { aReport, theOptions } from './plan-of.ts';
import { sixModels } from './six-models.ts';

const sample = {
  records: [{ key: 'IV-1', shows: [{ kind: 'present', path: 'end_time' }] }],
  ...{ traits: 1, shown: 1, of: 1, asked: true },
} as const;

/** What a report without a list has to say first. */
const FIRST: Readonly<Record<string, (found: Validation) => Partial<Validation> | Report>> = {
  'how files were read': ({ files }) => ({ files }),
  'a member that no record has': ({ absent }) => ({ absent }),
  'what needs an eye': ({ eyes }) => ({ eyes }),
  'a guard': ({ complaints }) => ({ complaints }),
  'rows without a parent': () => ({ orphans: 3 }),
  'rows that were not mapped': ({ rows }) => ({ rows: { ...rows, unchecked: 9 } }),
  'the totals': () => ({}),
  'a sample': () => aReport({ mode: 'plan', sample }),
};

it.each(Object.keys(FIRST))('a text report that begins with %s may be replaced by a newer one', (name) => {
  const { validate } = sixModels();
  const found = validate.result as Validation;
  const nothing = { orphans: 0, files: [], absent: [], eyes: [], complaints: [] };
  const result = { ...found, ...nothing, ...FIRST[name]?.(found) } as ReportModel['result'];
  const model: ReportModel = { ...validate, result, count: () => 0, *entries() {} };
  for (const language of ['zh', 'en'] as const) {
    const begin = [...render('text', model, theOptions({ language }))].join('').slice(0, 512);
    expect(isReport(begin), begin).toBe(true);
  }
});

it('leaves other texts alone', () => {
  expect(isReport('Read me first: 3 things\n')).toBe(false);
  expect(isReport('notes: nothing yet\n')).toBe(false);
});
