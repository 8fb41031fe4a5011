import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { CREATE, objectsIn, PATH } from '../target.ts';
import { expectExactlyOnce, expectRows, expectStopped, openKeys } from './expect.ts';
import { someRows } from './rows.ts';
import { aStage } from './stage.ts';

const error = (status: number, code: number): Fault => ({ kind: 'error', status, code });

/** What the one line must tell, besides the code. */
const STOPS: readonly { fault: Fault; code: number; says: readonly RegExp[] }[] = [
  {
    fault: { kind: 'permission' },
    code: 99991672,
    says: [
      /Missing: hire:external_application\./,
      /See https:\/\/open\.feishu\.cn\/app\/cli_sandbox\/auth\?q=hire:external_application/,
      /Permissions & Scopes/,
    ],
  },
  { fault: error(429, 99991403), code: 99991403, says: [/quota .* used up/] },
  { fault: error(400, 99991401), code: 99991401, says: [/IP allow-list/] },
  { fault: error(400, 99991661), code: 99991661, says: [/tenant_access_token/] },
  { fault: error(401, 99991662), code: 99991662, says: [/enabled, published and installed/] },
  { fault: error(200, 99991673), code: 99991673, says: [/enabled, published and installed/] },
];

describe.concurrent('an answer that no row can get past', { timeout: 60_000 }, () => {
  it.for(STOPS)(
    '$code stops the run at once; the next run completes it',
    async ({ fault, code, says }, context) => {
      const rows = someRows(20);
      let creates = 0;
      const stage = await aStage(context, {
        rows,
        sandbox: { repeat: 'refuses', readLagMs: 2000 },
        onRequest({ url, method }, { sandbox }) {
          if (method !== 'POST' || !url.endsWith(PATH)) return;
          creates += 1;
          if (creates === 6) sandbox.setFaults([{ fault, match: { endpoint: CREATE } }]);
        },
      });
      const ran = await stage.sync('--rate', '20');
      expectStopped(ran, 'FEISHU_REFUSES_APP', new RegExp(`code ${code}\\b`), /log id \w{34}/, ...says);
      // What had left when the first refusal came back may be refused too; nothing is doubtful, nothing failed.
      expectRows(ran, { read: 20, created: 5, held: 15 });
      expect(ran.report?.notAttempted).toBe(15);
      expect(creates).toBeLessThan(15);
      expect(objectsIn(stage.sandbox)).toHaveLength(5);
      expect(stage.entries().size).toBe(5);
      expect(openKeys(stage)).toEqual([]);

      stage.sandbox.setFaults([]);
      const next = await stage.sync();
      expect(next.exitCode, next.stderr).toBe(0);
      expectRows(next, { read: 20, created: 15, unchanged: 5 });
      expectExactlyOnce(stage, rows);
    },
  );

  it.for([10003, 10014, 10015])(
    '%i to the request for a token stops it before the first write',
    async (code, context) => {
      const rows = someRows(5);
      const stage = await aStage(context, {
        rows,
        sandbox: { faults: [{ match: { endpoint: 'token' }, fault: error(200, code) }] },
      });
      const ran = await stage.sync();
      expectStopped(
        ran,
        'FEISHU_REFUSES_APP',
        new RegExp(`code ${code}\\b`),
        /FEISHU_APP_ID and FEISHU_APP_SECRET/,
      );
      expectRows(ran, { read: 5, held: 5 });
      expect(stage.sandbox.arrivals().map(({ endpoint }) => endpoint)).toEqual(['token']);
      expect(stage.entries().size).toBe(0);
    },
  );

  it('leaves a create in doubt open when it comes to its repeat, and the next run settles it', async (context) => {
    const rows = someRows(6);
    const stage = await aStage(context, {
      rows,
      sandbox: {
        faults: [
          {
            match: { endpoint: CREATE, key: 'R-002', nth: 1 },
            fault: { kind: 'html', committed: true },
          },
          { match: { endpoint: CREATE, key: 'R-002' }, fault: { kind: 'permission' } },
        ],
      },
    });
    const ran = await stage.sync();
    expectStopped(ran, 'FEISHU_REFUSES_APP', /code 99991672\b/);
    expect(openKeys(stage)).toEqual(['R-002']);
    expect(ran.report?.rows.inDoubt).toBe(1);

    stage.sandbox.setFaults([]);
    expect((await stage.sync()).exitCode).toBe(0);
    expectExactlyOnce(stage, rows);
  });
});

describe.concurrent('the circuit breaker', { timeout: 60_000 }, () => {
  const WORLDS = [
    { repeat: 'returns-existing', readLagMs: 0, fault: { kind: 'reset-before' } },
    { repeat: 'refuses', readLagMs: 2000, fault: { kind: 'reset-after' } },
  ] as const;

  it.for(WORLDS)(
    'ends a run in which nothing works any more: $fault.kind, $repeat',
    async ({ fault, ...world }, context) => {
      const rows = someRows(90);
      const faults = [{ match: { endpoint: CREATE }, fault }] as const;
      const stage = await aStage(context, { rows, sandbox: { ...world, faults } });
      const ran = await stage.sync();
      expectStopped(ran, 'TOO_MANY_FAILURES', /2\d changes in a row failed for good/, /Run again later/);
      const { created, inDoubt, held } = ran.report!.rows;
      expect(created).toBe(0);
      expect(inDoubt).toBeGreaterThanOrEqual(20);
      // 48 may be under way when the twentieth fails.
      expect(inDoubt).toBeLessThan(70);
      expect(held).toBe(90 - inDoubt);
      expect(ran.report?.notAttempted).toBe(held);
      expect(openKeys(stage)).toHaveLength(inDoubt);

      stage.sandbox.setFaults([]);
      const next = await stage.sync();
      expect(next.exitCode, next.stderr).toBe(0);
      expectExactlyOnce(stage, rows);
    },
  );

  it('is not moved by rows that are refused, once one was taken', async (context) => {
    const rows = someRows(30);
    const refused = rows.slice(1).map(({ id: key }) => ({ endpoint: CREATE, key }) as const);
    const faults = refused.map((match) => ({ match, fault: error(400, 1002002) }));
    const stage = await aStage(context, { rows, sandbox: { faults } });
    const ran = await stage.sync();
    expect(ran.exitCode).toBe(3);
    expectRows(ran, { read: 30, created: 1, rejected: 29 });
  });
});
