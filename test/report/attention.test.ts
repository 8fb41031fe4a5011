import { expect, it } from 'vitest';
import { attention } from '../../src/report/page/attention.ts';
import { aReport, at, modelOf, planOf, theOptions } from './plan-of.ts';

it('tells of causes beyond two hundred together, each row by its own problem', () => {
  const problem = (i: number) =>
    ({ code: 'VALUE_MISSING', field: `column ${i}`, value: '', message: `column ${i} is empty` }) as const;
  const rows = Array.from({ length: 200 }, (_, i) => [problem(i)]);
  const store = planOf(
    [...rows, [problem(200), problem(201)], [problem(202)]].map((problems, i) => ({
      kind: 'rejected',
      key: `IV-${i}`,
      origin: at(i + 2),
      problems,
    })),
  );
  const { markup } = attention(modelOf(aReport({ mode: 'plan' }), store), theOptions());
  const others = markup.slice(0, markup.indexOf('<code>column 0</code>'));
  expect(others).toContain('<span class="count">2</span>');
  expect(others).toContain('other problems, each of its own');
  expect(others).not.toContain('<code>column 200</code>');
  expect(others).toContain('column 200 is empty');
  expect(others).toContain('column 202 is empty');
});
