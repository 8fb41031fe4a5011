import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { aTenant, rowsApart } from '../answers/tenant.ts';
import { BATCH_QUERY, CREATE, UPDATE } from '../target.ts';
import { expectExactlyOnce, expectRows, expectStopped, openKeys } from './expect.ts';
import { type Row, someRows } from './rows.ts';
import { aStage } from './stage.ts';

const refused = (code: number, over: Partial<Extract<Fault, { kind: 'error' }>> = {}): Fault => ({
  kind: 'error',
  status: 400,
  code,
  msg: 'no permission for 王强, 第 6 轮',
  ...over,
});
const SCOPE = 'hire:external_application';
const keysOf = (rows: readonly Row[]): string[] => rows.map(({ id }) => `faults:${id}`);

describe('a code that is about no row', { concurrent: true, timeout: 240_000 }, () => {
  it.for([424242, 1002003, 99991679])('%i stops the run, and no row is rejected', async (code, context) => {
    const rows = rowsApart(12);
    const tenant = await aTenant(context, rows);
    tenant.stage.sandbox.setFaults([{ match: { endpoint: CREATE, key: 'R-006' }, fault: refused(code) }]);
    const { report } = await tenant.night();
    expect(report.stopped?.code).toBe('FEISHU_REFUSES_REQUEST');
    const says = report.stopped?.message ?? '';
    for (const text of [`code ${code} "no permission for …,`, CREATE, SCOPE, 'log id', 'run again'])
      expect(says).toContain(text);
    expect(says).not.toMatch(/王强|第 6 轮/);
    const { created, held, rejected, failed, inDoubt, read } = report.rows;
    expect([rejected, failed, inDoubt, created + held]).toEqual([0, 0, 0, read]);
    expect(report.notAttempted).toBe(held);
    expect(held).toBeGreaterThan(0);
    expect([tenant.stage.entries().has('R-006'), openKeys(tenant.stage)]).toEqual([false, []]);

    tenant.stage.sandbox.setFaults([]);
    expect((await tenant.night()).report.exitCode).toBe(0);
    expectExactlyOnce(tenant.stage, rows);
  });

  it('behind a create that was carried out: it is found, and the run goes on', async (context) => {
    const rows = rowsApart(6);
    const tenant = await aTenant(context, rows);
    const fault = refused(424242, { committed: true });
    tenant.stage.sandbox.setFaults([{ match: { endpoint: CREATE, key: 'R-003' }, times: 1, fault }]);
    expect((await tenant.night()).report).toMatchObject({ exitCode: 0, rows: { created: 6 } });
    expectExactlyOnce(tenant.stage, rows);
  });

  it('of an update stops as well, and the next run sends it', async (context) => {
    const rows = rowsApart(4);
    const tenant = await aTenant(context, rows);
    await tenant.night();
    const after = rows.map((row) => ({ ...row, comment: '改过' }));
    tenant.stage.write(after);
    tenant.stage.sandbox.setFaults([{ match: { endpoint: UPDATE }, fault: refused(424242) }]);
    const { report } = await tenant.night();
    expect(report.stopped?.code).toBe('FEISHU_REFUSES_REQUEST');
    expect(report.rows).toMatchObject({ rejected: 0, updated: 0, held: 4 });
    tenant.stage.sandbox.setFaults([]);
    expect((await tenant.night()).report.rows).toMatchObject({ updated: 4 });
    expectExactlyOnce(tenant.stage, after);
  });

  it('of a list that is read before a create: nothing is sent beside what nobody has seen', async (context) => {
    const rows = rowsApart(4);
    const tenant = await aTenant(context, rows);
    tenant.stage.sandbox.setFaults([{ match: { endpoint: BATCH_QUERY }, fault: refused(424242) }]);
    const { report, sent } = await tenant.night();
    expect(report.stopped?.code).toBe('FEISHU_REFUSES_REQUEST');
    expect([sent.creates, report.rows.held, report.rows.rejected]).toEqual([0, 4, 0]);
  });

  it('in the command: exit 1 and one sentence, nothing of a candidate', async (context) => {
    const rows = someRows(8);
    const faults = [{ match: { endpoint: CREATE, key: 'R-003' }, fault: refused(424242) }] as const;
    const stage = await aStage(context, { rows, sandbox: { faults } });
    const ran = await stage.sync();
    expectStopped(
      ran,
      'FEISHU_REFUSES_REQUEST',
      /code 424242\b/,
      CREATE,
      new RegExp(`give it the scope ${SCOPE}`),
    );
    expect(ran.stderr).not.toMatch(/王强|第 \d 轮/);
    const { created, held } = ran.report!.rows;
    expectRows(ran, { read: 8, created, held });
    expect(ran.report?.rejects).toEqual([]);
  });
});

describe('rows that Feishu refuses', { concurrent: true, timeout: 240_000 }, () => {
  const bad = (rows: readonly Row[]) =>
    rows.map(({ id }) => ({ match: { endpoint: CREATE, key: id }, fault: refused(1002002) }) as const);

  it('fewer than 20, and there are no others: each is rejected', async (context) => {
    const rows = rowsApart(19);
    const tenant = await aTenant(context, rows);
    tenant.stage.sandbox.setFaults(bad(rows));
    const { report } = await tenant.night();
    expect([report.stopped, report.exitCode, report.rows.rejected]).toEqual([null, 3, 19]);
  });

  it('the first 20 of all stop the run; the next one tries others first, and those same ones stop nothing', async (context) => {
    const rows = rowsApart(60);
    const [block, good] = [rows.slice(0, 45), rows.slice(45)];
    const tenant = await aTenant(context, rows);
    const { stage } = tenant;
    stage.sandbox.setFaults(bad(block));
    const first = await tenant.night();
    expect(first.report.stopped).toMatchObject({ code: 'TOO_MANY_FAILURES' });
    expect(first.report.stopped?.message).toMatch(/first 20 changes and took none \(code 1002002 20 times\)/);
    expect(first.report.rows).toMatchObject({ rejected: 20, created: 0, held: 40 });
    const sent = stage.arrivals(CREATE).length;
    expect(sent).toBe(20);

    // Known by what the source says: another text is another try.
    const changed = rows.map((row) => (row.id === 'R-002' ? { ...row, comment: '改过' } : row));
    stage.write(changed);
    stage.sandbox.setFaults([...bad(block.slice(0, 1)), ...bad(block.slice(2))]);
    const second = await tenant.night();
    // What was not refused yet came first, the changed row among it.
    const keys = stage.arrivals(CREATE).map(({ key }) => key);
    const again = keysOf(changed.slice(0, 20)).filter((key) => key !== 'faults:R-002');
    expect(keys.slice(sent, sent + 41).filter((key) => again.includes(key ?? ''))).toEqual([]);
    expect(second.report).toMatchObject({
      stopped: null,
      exitCode: 3,
      rows: { created: good.length + 1, rejected: 44 },
    });

    const third = await tenant.night();
    expect(third.report).toMatchObject({ stopped: null, exitCode: 3, rows: { rejected: 44 } });
    expect(third.sent.creates).toBe(44);
    stage.sandbox.setFaults([]);
    expect((await tenant.night()).report).toMatchObject({ exitCode: 0, rows: { created: 44 } });
    expectExactlyOnce(stage, changed);
  });
});
