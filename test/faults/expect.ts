import { expect } from 'vitest';
import { addsUp } from '../../src/result/report.ts';
import { objectsIn } from '../target.ts';
import type { Ran } from './cli.ts';
import { bodyOf, type Row } from './rows.ts';
import type { Stage } from './stage.ts';

/** Exactly one object per row with that row's body, its id beside the row in the ledger, nothing open, nothing else. */
export function expectExactlyOnce(stage: Stage, rows: readonly Row[]): void {
  const entries = stage.entries();
  const held = new Map(objectsIn(stage.sandbox).map((object) => [object.id, object.body]));
  const kept = rows.map(({ id }) => {
    const { state, held: hold, remote_id } = entries.get(id) ?? {};
    return { id, state, why: hold, body: held.get(remote_id ?? '') };
  });
  expect(kept).toEqual(rows.map((row) => ({ id: row.id, state: 'settled', why: null, body: bodyOf(row) })));
  expect(new Set([...entries.values()].map(({ remote_id }) => remote_id)).size).toBe(rows.length);
  expect(entries.size).toBe(rows.length);
  expect(held.size).toBe(rows.length);
}

/** The run's numbers: those given, 0 for the others, and their sum. */
export function expectRows(ran: Ran, rows: Partial<NonNullable<Ran['report']>['rows']>): void {
  const none = {
    created: 0,
    updated: 0,
    unchanged: 0,
    skipped: 0,
    rejected: 0,
    held: 0,
    failed: 0,
    inDoubt: 0,
  };
  expect(ran.report?.rows, ran.stderr).toEqual({ ...none, ...rows, read: rows.read });
  expect(addsUp(ran.report!.rows)).toBe(true);
}

/** Keys whose create or update nobody knows the outcome of. */
export function openKeys(stage: Stage): string[] {
  return [...stage.entries().values()].filter(({ state }) => state !== 'settled').map(({ key }) => key);
}

/** The one line for a person that says why the run stopped. */
export function expectStopped(ran: Ran, code: string, ...says: readonly (string | RegExp)[]): void {
  expect(ran.exitCode, ran.stderr).toBe(1);
  const lines = ran.stderr.split('\n').filter((line) => line.startsWith('hire-sync: '));
  expect(lines, ran.stderr).toHaveLength(1);
  for (const text of says) expect(lines[0]).toMatch(text);
  if (ran.report !== null) expect(ran.report.stopped?.code).toBe(code);
  expect(ran.stderr).not.toMatch(/\n\s+at |internal error/);
}
