import { describe, expect, it } from 'vitest';
import type { HoldReason } from '../../src/reason.ts';
import { bodyOf, someRows } from '../faults/rows.ts';
import { aStage, type Stage } from '../faults/stage.ts';
import { CREATE, objectsIn, SHORT, UPDATE } from '../target.ts';

const ROWS = someRows(SHORT ? 18 : 30).map((row, index) => ({
  ...row,
  id: String(index + 1).padStart(6, '0'),
}));

const RESPELT: Readonly<Record<string, (key: string) => string>> = {
  'without leading zeros': (key) => String(Number(key)),
  'with a prefix': (key) => `IV-${key}`,
};

async function secondNight(
  context: Parameters<typeof aStage>[0],
  respell: (key: string, index: number) => string,
): Promise<Stage> {
  const stage = await aStage(context, { rows: ROWS });
  expect((await stage.sync()).exitCode).toBe(0);
  stage.write(ROWS.map((row, index) => ({ ...row, id: respell(row.id, index) })));
  return stage;
}

describe.concurrent('keys that are spelt otherwise the next night', () => {
  it.for(Object.keys(RESPELT))('all of them, %s: stopped, and nothing is sent', async (way, context) => {
    const respell = RESPELT[way]!;
    const stage = await secondNight(context, respell);
    const stopped = await stage.sync();
    expect(stopped.exitCode).toBe(4);
    expect(stopped.stderr).toContain('rekeyed: ');
    expect(stopped.stderr).toContain(`000001 → ${respell('000001')}`);
    expect(stopped.stderr).toContain('hire-sync rekey');
    expect(objectsIn(stage.sandbox)).toHaveLength(ROWS.length);
    expect((await stage.plan()).exitCode).toBe(4);
  });

  it('as 1.0: each is named for what it is, and the night is stopped', async (context) => {
    const stage = await secondNight(context, (key) => `${Number(key)}.0`);
    const stopped = await stage.sync();
    expect(stopped.exitCode).toBe(4);
    expect(stopped.stderr).toContain(`rejected: ${ROWS.length} of ${ROWS.length} rows are rejected`);
    expect(stopped.report?.rejects[0]?.problems[0]?.message).toMatch(/^"1\.0" cannot be a key: it /);
    expect(objectsIn(stage.sandbox)).toHaveLength(ROWS.length);
  });

  it('a few of them: held with the old key, the rest goes in', async (context) => {
    const stage = await secondNight(context, (key, index) => (index % 15 === 0 ? `IV-${key}` : key));
    const held = await stage.sync();
    expect(held.exitCode).toBe(3);
    const few = ROWS.filter((_, index) => index % 15 === 0);
    expect(held.report?.rows).toMatchObject({ created: 0, held: few.length });
    expect(
      held.report?.heldRows.map(({ key, why }) => [key, why.includes(`was it ${key.slice(3)}?`)]),
    ).toEqual(few.map(({ id }) => [`IV-${id}`, true]));
    expect(objectsIn(stage.sandbox)).toHaveLength(ROWS.length);
  });

  it('every sixth, and the guard lifted: still held, row by row', async (context) => {
    const stage = await secondNight(context, (key, index) => (index % 6 === 0 ? `${Number(key)}` : key));
    expect((await stage.sync()).exitCode).toBe(4);
    const lifted = await stage.sync('--allow', 'rekeyed');
    expect(lifted.exitCode).toBe(3);
    expect(lifted.report?.rows).toMatchObject({ created: 0, held: ROWS.length / 6 });
    expect(objectsIn(stage.sandbox)).toHaveLength(ROWS.length);
  });

  it('with the verdict corrected in the same night: held by what Feishu shows', async (context) => {
    const stage = await aStage(context, { rows: ROWS });
    expect((await stage.sync()).exitCode).toBe(0);
    const [first, ...others] = ROWS;
    const verdict = first!.verdict === '通过' ? '不通过' : '通过';
    stage.write([{ ...first!, id: '1', verdict }, ...others]);
    const held = await stage.sync();
    expect(held.exitCode).toBe(3);
    expect(held.report?.heldRows).toEqual([
      expect.objectContaining({
        key: '1',
        reason: expect.objectContaining({
          code: 'near-missing',
          was: '000001',
        } satisfies Partial<HoldReason>),
      }),
    ]);
    expect(objectsIn(stage.sandbox)).toHaveLength(ROWS.length);
    expect(stage.arrivals(UPDATE)).toHaveLength(0);
  });

  it('a vanished record and its successor at another time: created', async (context) => {
    const stage = await aStage(context, { rows: ROWS });
    expect((await stage.sync()).exitCode).toBe(0);
    const [first, ...others] = ROWS;
    stage.write([{ ...first!, id: '900001', beginMs: first!.beginMs + 7_200_000 }, ...others]);
    const done = await stage.sync();
    expect(done.exitCode).toBe(0);
    expect(done.report?.rows).toMatchObject({ created: 1, held: 0 });
  });
});

it('what HR typed by hand: equal ones are adopted, near ones held, the rest goes in', async (context) => {
  const stage = await aStage(context, { rows: ROWS });
  const typed = ROWS.slice(0, 9).map((row, index) => {
    const verdict = row.verdict === '通过' ? ('不通过' as const) : ('通过' as const);
    return bodyOf(index % 3 === 0 ? { ...row, verdict } : row);
  });
  const seeded = typed.map((body) => body);
  stage.sandbox.seed(
    (bodyOf(ROWS[0]!) as { readonly date?: number }).date === undefined
      ? { interviews: seeded }
      : ({ backgroundChecks: seeded } as never),
  );
  const done = await stage.sync('--allow', 'existing-content');
  expect(done.exitCode).toBe(3);
  expect(done.report).toMatchObject({
    rows: { held: 3, unchanged: 6, created: ROWS.length - 9 },
    noted: { adopted: 6 },
  });
  expect(stage.arrivals(CREATE)).toHaveLength(ROWS.length - 9);
  expect(objectsIn(stage.sandbox)).toHaveLength(ROWS.length);
  // Asked again, with nothing new: the same, and nothing is sent.
  const again = await stage.sync();
  expect(again.report?.rows).toMatchObject({ held: 3, created: 0 });
  expect(stage.arrivals(CREATE)).toHaveLength(ROWS.length - 9);
});
