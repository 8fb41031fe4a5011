import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.ts';
import { aFolder } from '../builders.ts';

const HOUR = 3_600_000;

it('a row has been open since the first of the finished runs in a row that left it open', () => {
  const ledger = openLedger({ file: join(aFolder(), 'ledger.db'), mode: 'write', now: Date.now });
  onTestFinished(() => ledger.close());
  ledger.leases.acquire('run-0');
  const night = (
    n: number,
    keys: readonly (string | number)[],
    state: 'finished' | 'stopped' = 'finished',
    mode = 'sync',
  ) => {
    const id = `run-${n}`;
    ledger.leases.pass(`run-${n - 1}`, id);
    ledger.runs.start({ id, pipeline: 'p', mode, startedAt: n * HOUR });
    const issues = keys.map((key) => {
      const at = typeof key === 'number' ? { key: null, line: key } : { key, line: 7 };
      const row = { file: 'a.csv', field: '', logId: null, ...at };
      return { kind: 'rejected', code: key === 'W' ? 'waiting' : 'VALUE_UNKNOWN', ...row } as const;
    });
    // A row may have several.
    ledger.runs.addIssues(id, [...issues, ...issues.slice(0, 1)]);
    ledger.runs.finish({ id, state, finishedAt: n * HOUR + 1, exitCode: 3, summary: '{}' });
  };
  const since = () =>
    Object.fromEntries(
      ledger.openRows.since('p').map(({ kind, rows, since }) => [kind, [rows, since / HOUR]]),
    );
  expect(since()).toEqual({});
  night(1, ['A', 'W', 12]);
  night(2, ['A', 'W', 12, 'B']);
  expect(since()).toEqual({ rejected: [3, 1], waiting: [1, 1] });
  // What a run that stopped left open, and one over a part of the rows, nobody has counted.
  night(3, ['Z'], 'stopped');
  night(4, ['Z'], 'finished', 'canary');
  expect(since()).toEqual({ rejected: [3, 1], waiting: [1, 1] });
  night(5, ['B', 'W']);
  expect(since()).toEqual({ rejected: [1, 2], waiting: [1, 1] });
  // Open again, it begins anew; and a row without a key that stands elsewhere is another.
  night(6, ['A', 13]);
  expect(since()).toEqual({ rejected: [2, 6] });
  night(7, []);
  expect(since()).toEqual({});
});
