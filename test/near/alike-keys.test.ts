import { expect, it } from 'vitest';
import { areAlike } from '../../src/plan/alike-keys.ts';
import { runHere } from '../faults/in-process.ts';
import type { Row } from '../faults/rows.ts';
import { aStage } from '../faults/stage.ts';
import { command } from '../ledger/command.ts';
import { rowsOf } from '../stories/story.ts';
import { objectsIn } from '../target.ts';

it.each([
  ['000001', '1', true],
  ['1', '1.0', true],
  ['000001', 'IV-000001', true],
  ['IV00001', 'iv-1', true],
  ['iv_1', 'IV 1', true],
  ['ATS-IV00006', 'iv-6', true],
  ['ATS/IV-6', 'IV-6', true],
  ['DIV-6', 'IV-6', false],
  ['wang-1', 'li-1', false],
  ['IV-1', 'IV-1-2', false],
  ['IV-11', 'IV-1-1', false],
  ['1', '10', false],
])('%s and %s are one key: %s', (one, other, alike) => {
  expect([areAlike(one, other), areAlike(other, one)]).toEqual([alike, alike]);
});

it('a key that is spelt otherwise, put off and rewritten the same night is held, and goes on under its new key', async (context) => {
  const [one, ...others] = rowsOf(4) as [Row, ...Row[]];
  const stage = await aStage(context, { rows: [{ ...one, id: '000001' }, ...others] });
  expect((await runHere(stage)).exitCode).toBe(0);
  // Nothing of its content says that it is the same record.
  const later = { beginMs: one.beginMs + 50 * 3_600_000, interviewer: '赵敏', comment: '改期' };
  stage.write([{ ...one, id: '1', ...later }, ...others]);
  const held = await stage.sync();
  expect([held.exitCode, held.report?.rows]).toMatchObject([3, { held: 1, created: 0 }]);
  expect(held.report?.heldRows).toMatchObject([
    { key: '1', reason: { code: 'near-missing', was: '000001', agrees: ['key'] } },
  ]);

  const rekeyed = await command(stage, 'rekey', stage.pipelineFile, '--source', stage.source, '--yes');
  expect([rekeyed.code, rekeyed.out]).toEqual([
    0,
    expect.stringMatching(/000001 +→ 1 +like key; differs in /),
  ]);
  const next = await runHere(stage);
  expect([next.exitCode, next.rows]).toMatchObject([0, { updated: 1, held: 0, created: 0 }]);
  expect(objectsIn(stage.sandbox)).toHaveLength(4);
});
