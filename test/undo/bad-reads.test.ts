import { describe, expect, it } from 'vitest';
import type { Quirk } from '../../src/sandbox/index.ts';
import { someRows } from '../faults/rows.ts';
import { BATCH_QUERY, DELETE } from '../target.ts';
import { anUndoStage, type UndoJson } from './undo-stage.ts';

const rows = someRows(3);
const BY_IDS = { by: 'ids', endpoint: BATCH_QUERY } as const;
const LAGS: Quirk = { match: { endpoint: BATCH_QUERY }, options: { readLagMs: 3_600_000 } };
const SHOWS_NOTHING: Quirk = { match: BY_IDS, read: { kind: 'nothing' } };
const SHOWS_NOTHING_ONCE: Quirk = { ...SHOWS_NOTHING, times: 1 };

describe.concurrent('undo of creates that reads do not show', { timeout: 240_000 }, () => {
  it.for([
    ['which lag behind', LAGS],
    ['by ids', SHOWS_NOTHING],
    ['by ids, once', SHOWS_NOTHING_ONCE],
  ] as const)('%s: they are deleted', async ([, quirk], context) => {
    const stage = await anUndoStage(context, { rows });
    const run = await stage.night(rows);
    stage.sandbox.setQuirks([quirk]);
    const { json } = await stage.cli<UndoJson>(['undo', '--run', run, '--yes', '--json']);
    expect(json.exitCode).toBe(0);
    expect(json.rows).toMatchObject({ read: 3, deleted: 3, ledger: 0 });
    expect([stage.bodies().size, stage.entries().size]).toEqual([0, 0]);
  });

  it('and that cannot be deleted: their ids are kept as long as no read says that they are gone', async (context) => {
    const stage = await anUndoStage(context, { rows });
    const run = await stage.night(rows);
    // What is shown has ids that nobody has asked for.
    stage.sandbox.setQuirks([{ match: BY_IDS, show: [{ kind: 'round-ids' }] }]);
    const ran = await stage.cli<UndoJson>(['undo', '--run', run, '--yes', '--json']);
    expect(ran.exitCode, ran.stderr).not.toBe(0);
    expect(ran.stderr + ran.stdout).toMatch(
      /a query with (one object twice|objects that were not asked for)/,
    );
    expect([stage.bodies().size, stage.entries().size]).toEqual([3, 3]);
    expect([...stage.entries().values()].every(({ remote_id }) => remote_id !== null)).toBe(true);
    expect(stage.arrivals(DELETE)).toHaveLength(0);
    stage.sandbox.setQuirks([]);
    expect((await stage.undo(run)).rows).toMatchObject({ deleted: 3 });
    expect(stage.bodies().size).toBe(0);
  });
});
