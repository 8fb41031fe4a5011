import { expect, it } from 'vitest';
import { runList } from '../../src/report/runs.ts';
import { aReport } from './plan-of.ts';

const { rows } = aReport();

it('tells rows that a canary did not begin from held ones, and names no kind that no row has', () => {
  const report = aReport({
    rows: {
      ...rows,
      read: 12,
      created: 2,
      updated: 0,
      unchanged: 0,
      skipped: 0,
      rejected: 0,
      held: 9,
      inDoubt: 1,
    },
    notAttempted: 8,
  });
  const run = {
    id: '20260301-000000-abcdef',
    pipeline: 'p',
    mode: 'canary',
    state: 'finished',
    startedAt: 0,
    plan: null,
    stopped: null,
    approvedBy: null,
  } as const;
  const [, line] = runList([{ ...run, finishedAt: 1, exitCode: 3, summary: JSON.stringify(report) }], 'en');
  expect(line).toMatch(/12 read: 2 created, 1 held, 1 in doubt, 8 not begun$/);
});
