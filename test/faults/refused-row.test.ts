import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CREATE } from '../target.ts';
import { expectExactlyOnce, expectRows, openKeys } from './expect.ts';
import { someRows } from './rows.ts';
import { aStage } from './stage.ts';

const REFUSALS = [
  { status: 400, code: 1002002 },
  { status: 200, code: 1002002 },
  { status: 400, code: 99992402 },
  { status: 500, code: 1002777 },
  { status: 400, code: 1002345 },
] as const;

describe.concurrent('a row that Feishu refuses', { timeout: 60_000 }, () => {
  it.for(REFUSALS)(
    "with code $code and HTTP $status is rejected with Feishu's words and not sent again; the others go on",
    async ({ status, code }, context) => {
      const rows = someRows(8);
      const others = rows.filter(({ id }) => id !== 'R-003');
      const match = { endpoint: CREATE, key: 'R-003' } as const;
      const stage = await aStage(context, {
        rows,
        sandbox: {
          repeat: 'refuses',
          faults: [{ match, fault: { kind: 'error', status, code, msg: 'no, =cmd()' } }],
        },
      });
      const ran = await stage.sync();
      expect(ran.exitCode).toBe(3);
      expectRows(ran, { read: 8, created: 7, rejected: 1 });
      const sent = stage.arrivals(CREATE).filter(({ key }) => key === 'faults:R-003');
      expect(sent).toHaveLength(1);
      expect(ran.report?.rejects).toEqual([
        {
          key: 'R-003',
          file: 'interviews.csv',
          line: 4,
          problems: [
            {
              code: 'FEISHU_REFUSED',
              field: '',
              value: '',
              message: expect.stringMatching(
                new RegExp(`no, =cmd\\(\\).*\\(code ${code}, log id \\w{34}\\)$`),
              ),
              refusal: { code, logId: expect.stringMatching(/^\w{34}$/) as string },
            },
          ],
        },
      ]);
      const rejects = readFileSync(
        join(dirname(stage.ledgerFile), 'runs', ran.report!.run, 'rejects.csv'),
        'utf8',
      );
      expect(rejects).toMatch(new RegExp(`^R-003,.*FEISHU_REFUSED.*code ${code}`, 'm'));
      expect(openKeys(stage)).toEqual([]);
      expectExactlyOnce(stage, others);

      // It may have been the tenant's fault: the next run asks again.
      stage.sandbox.setFaults([]);
      expect((await stage.sync()).exitCode).toBe(0);
      expectExactlyOnce(stage, rows);
    },
  );
});
