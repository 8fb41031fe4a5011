import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { render } from '../../src/report/formats.ts';
import { textReport } from '../../src/report/text.ts';
import { addsUp } from '../../src/result/report.ts';
import type { FaultRule } from '../../src/sandbox/faults.ts';
import { runHere } from '../faults/in-process.ts';
import { csvOf, type Row, someRows } from '../faults/rows.ts';
import { aStage } from '../faults/stage.ts';
import { aReport, modelOf, planOf, theOptions } from './plan-of.ts';

/** A stage whose pipeline reads two files of interviews, one after the other. */
async function withTwoFiles(context: Parameters<typeof aStage>[0], first: Row[], second: Row[]) {
  const stage = await aStage(context, { rows: first });
  const text = readFileSync(stage.pipelineFile, 'utf8');
  writeFileSync(
    stage.pipelineFile,
    text.replace(/source: csv\('interviews.csv', (\{[^}]*\})\)/, 'source: both($1)').replace(
      'export default',
      `function both(options) {
  const [one, two] = ['interviews.csv', 'second.csv'].map((file) => csv(file, options));
  const read = async function* (context) {
    yield* one.read(context);
    yield* two.read(context);
  };
  return { ...one, files: ['interviews.csv', 'second.csv'], read };
}

export default`,
    ),
  );
  writeFileSync(join(stage.source, 'second.csv'), csvOf(second));
  return stage;
}

const fault = (key: string, kind: FaultRule['fault']): FaultRule => ({
  match: { endpoint: 'external_interview.create', key },
  times: 1,
  fault: kind,
});

it('what became of the rows adds up in every file, also when the run stops half-way', async (context) => {
  const rows = someRows(12).map((row, i) =>
    i === 3 ? { ...row, verdict: '通过(待复核)' as Row['verdict'] } : row,
  );
  const [first, second] = [rows.slice(0, 6), rows.slice(6)];
  const stage = await withTwoFiles(context, first, second);
  stage.sandbox.setFaults([
    fault('R-002', { kind: 'error', status: 400, code: 99992402 }),
    fault('R-005', { kind: 'reset-after' }),
    fault('R-008', { kind: 'reset-after' }),
    fault('R-010', { kind: 'permission' }),
  ]);
  const stopped = await runHere(stage, { rate: 1000 });
  expect(stopped.stopped?.code).toBe('FEISHU_REFUSES_APP');
  expect(stopped.byFile.map(({ file }) => file)).toEqual(['interviews.csv', 'second.csv']);
  for (const { rows: counts } of stopped.byFile) {
    expect(counts.read).toBe(6);
    expect(addsUp(counts)).toBe(true);
  }
  expect(stopped.byFile[0]?.rows).toMatchObject({ rejected: 2, inDoubt: 1 });
  expect(stopped.byFile[1]?.rows).toMatchObject({ rejected: 0, inDoubt: 1 });
  expect(sums(stopped.byFile.map((file) => file.rows))).toEqual(stopped.rows);

  // The next run settles what was left in doubt and goes on; a lost answer settled within the run changes files' counts.
  stage.sandbox.setFaults([fault('R-011', { kind: 'reset-after' })]);
  const next = await runHere(stage, { rate: 1000 });
  expect(next.stopped).toBe(null);
  expect(next.byFile[1]?.rows).toMatchObject({ read: 6, inDoubt: 0, held: 0 });
  expect(sums(next.byFile.map((file) => file.rows))).toEqual(next.rows);
});

it('is told in the text where there is more than one file', () => {
  const none = { ...aReport().rows, read: 0, created: 0, updated: 0, unchanged: 0 };
  const files = [
    { file: 'a.csv', rows: { ...none, read: 3, created: 2, inDoubt: 1 }, retried: 0 },
    { file: 'b.csv', rows: { ...none, read: 2, held: 2 }, retried: 1 },
  ];
  const lines = (count: number) => [
    ...textReport(modelOf(aReport({ byFile: files.slice(0, count) }), planOf([])), theOptions({ limit: 20 })),
  ];
  expect(lines(2)).toEqual(
    expect.arrayContaining([
      '  of a.csv: 2 created, 1 in doubt = 3 rows.',
      '  of b.csv: 2 held = 2 rows, 1 of them from earlier nights.',
    ]),
  );
  expect(lines(1).filter((line) => line.startsWith('  of '))).toEqual([]);
});

it('and a canary is told in both languages, and on the page', () => {
  const canary = {
    rows: [
      { key: 'R-001', is: 'equal' as const, fields: [] },
      { key: 'R-002', is: 'different' as const, fields: ['begin_time'] },
    ],
    equal: 1,
  };
  const report = aReport({ canary, noted: { adopted: 1, recorded: 0, drifted: 2 } });
  const text = (language: 'zh' | 'en') =>
    [...textReport(modelOf(report, planOf([])), theOptions({ language }))].join('\n');
  expect(text('en')).toContain('Canary: 2 changes written and read back, 1 of them equal to what was sent.');
  expect(text('en')).toContain('1 unchanged (1 in Feishu already, 2 changed in Feishu)');
  expect(text('zh')).toContain('小批试写：已写入并读回 2 条，其中 1 条与发送的一致。');
  expect(text('zh')).toContain('未变 1（飞书中已有 1，飞书中被修改 2）');
  const page = [...render('html', modelOf(report, planOf([])), theOptions())].join('');
  expect(page).toMatch(/class="notice bad".*2 changes written and read back.*R-002/s);
});

function sums(counts: readonly object[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const count of counts)
    for (const [name, n] of Object.entries(count)) total[name] = (total[name] ?? 0) + (n as number);
  return total;
}
