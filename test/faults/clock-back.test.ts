import { expect, it } from 'vitest';
import { CREATE, objectsIn } from '../target.ts';
import { expectExactlyOnce } from './expect.ts';
import { runHere } from './in-process.ts';
import { someRows } from './rows.ts';
import { aStage } from './stage.ts';

const HOUR = 3_600_000;

it('equal rows in doubt, and a clock that was set back since: no third object', async (context) => {
  // are equal but for their id.
  const rows = someRows(5).slice(3);
  const stage = await aStage(context, {
    rows,
    sandbox: {
      faults: [
        { match: { endpoint: CREATE, key: 'R-004' }, fault: { kind: 'reset-after' } },
        { match: { endpoint: CREATE, key: 'R-005' }, fault: { kind: 'reset-before' } },
      ],
    },
  });
  const policy = { attempts: 2, baseMs: 1, capMs: 2 };
  expect((await runHere(stage, { policy })).rows).toMatchObject({ created: 0, inDoubt: 2 });
  expect(objectsIn(stage.sandbox)).toHaveLength(1);

  stage.sandbox.setFaults([]);
  stage.sandbox.clock.advance(25 * HOUR);
  // For the ledger it is as if the requests were yet to come.
  stage.sql('UPDATE entry SET first_attempt_at = first_attempt_at + 3600000');
  const next = await stage.sync();
  expect([next.exitCode, next.report?.recovered]).toMatchObject([0, { held: 0, open: 0 }]);
  expectExactlyOnce(stage, rows);
});
