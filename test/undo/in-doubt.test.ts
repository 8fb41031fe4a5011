import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../src/sandbox/faults.ts';
import { editInFeishu } from '../faults/feishu-user.ts';
import { runHere } from '../faults/in-process.ts';
import { bodyOf, otherwise, someRows } from '../faults/rows.ts';
import { BATCH_QUERY, CREATE, DELETE, PATH, SHORT, UPDATE } from '../target.ts';
import { anUndoStage, type UndoJson } from './undo-stage.ts';

/** Addresses of creates and updates. */
const WRITES = new RegExp(`${PATH}(/\\d+)?$`);
const ONCE = { attempts: 1, baseMs: 1, capMs: 1 };

describe.concurrent('undo of what the run left in doubt', { timeout: 120_000 }, () => {
  it('finds creates by content, gives updates back, and waits for what may still arrive', async (context) => {
    const all = someRows(9);
    const one = all.slice(0, 4);
    let armed: readonly FaultRule[] = [];
    const stage = await anUndoStage(context, {
      rows: one,
      onRequest({ url }, { sandbox }) {
        // What Feishu holds can be read before the first write, and not afterwards.
        if (armed.length === 0 || !WRITES.test(url)) return;
        sandbox.setFaults(armed);
        armed = [];
      },
    });
    await stage.night(one);
    const before = stage.bodies();
    armed = [
      // Feishu takes and does not get; nobody hears of any, and nobody can look.
      { match: { endpoint: UPDATE, key: stage.id('R-001') }, fault: { kind: 'not-json' } },
      { match: { endpoint: UPDATE, key: stage.id('R-002') }, fault: { kind: 'html' } },
      { match: { endpoint: CREATE, key: 'R-005' }, fault: { kind: 'reset-after' } },
      { match: { endpoint: CREATE, key: 'R-006' }, fault: { kind: 'reset-before' } },
      {
        match: { endpoint: BATCH_QUERY },
        fault: { kind: 'error', status: 500, code: 2200 },
      },
    ];
    stage.write(all.map((row, i) => (i < 3 ? { ...row, comment: '改过' } : row)));
    const ran = await runHere(stage, { policy: ONCE });
    expect(ran.rows).toMatchObject({ created: 3, updated: 1, inDoubt: 4 });
    stage.sandbox.setFaults([]);

    const undone = await stage.undo(ran.run);
    expect(undone.exitCode, JSON.stringify(undone)).toBe(3);
    const fates = new Map(undone.changes.map(({ key, kind, why }) => [key, `${kind} ${why ?? ''}`]));
    expect(Object.fromEntries(fates)).toEqual({
      'R-001': 'restored ',
      'R-002': 'relinked Feishu holds the old version already',
      'R-003': 'restored ',
      'R-005': 'deleted ',
      'R-006': expect.stringMatching(/^left in doubt: its create was sent a moment ago/) as string,
      'R-007': 'deleted ',
      'R-008': 'deleted ',
      'R-009': 'deleted ',
    });
    expect(stage.bodies()).toEqual(before);
    const open = await stage.verify();
    expect(open.exitCode).toBe(3);
    expect(open.open).toEqual([
      {
        key: 'R-006',
        id: null,
        reason: { code: 'create-in-doubt', sentAtMs: expect.any(Number) as number },
        why: expect.stringContaining('in doubt: its create') as string,
      },
    ]);

    stage.sql('UPDATE entry SET last_attempt_at = last_attempt_at - 700000');
    const rest = await stage.undo(ran.run);
    expect(rest.exitCode, JSON.stringify(rest)).toBe(0);
    expect(rest.changes).toMatchObject([{ key: 'R-006', kind: 'relinked' }]);
    expect((await stage.verify()).exitCode).toBe(0);
    expect(stage.check()).toEqual([]);
    expect(stage.bodies()).toEqual(before);
  });

  it.skipIf(SHORT)(
    'stopped, and in doubt itself, it says so, and a sync in between keeps its hands off',
    async (context) => {
      const all = someRows(5);
      const stage = await anUndoStage(context, { rows: all });
      const run = await stage.night(all);
      // The object is gone, and neither the answer nor a look can tell.
      stage.sandbox.setFaults([
        { match: { endpoint: DELETE, nth: 1 }, fault: { kind: 'reset-after' } },
        { match: { endpoint: DELETE }, fault: { kind: 'permission' } },
      ]);
      const stopped = await stage.cli<UndoJson>(['undo', '--run', run, '--yes', '--json']);
      expect(stopped.exitCode, stopped.stderr).toBe(1);
      expect(stopped.json.stopped).toMatchObject({ code: 'FEISHU_REFUSES_APP' });
      expect(stopped.json.rows.notBegun + stopped.json.rows.inDoubt).toBe(5);
      expect(stopped.stderr).toMatch(/99991672/);
      stage.sandbox.setFaults([]);
      const held = [...stage.entries().values()].filter(({ held }) => held !== null);
      expect(held.map(({ held }) => held)).toEqual([{ code: 'undo-delete-in-doubt', run }]);
      const between = await runHere(stage);
      expect(between.rows).toMatchObject({ read: 5, unchanged: 4, held: 1 });

      const rest = await stage.undo(run);
      expect(rest.exitCode, JSON.stringify(rest)).toBe(0);
      expect(rest.rows).toMatchObject({ read: 5, deleted: 4, ledger: 1 });
      expect(stage.bodies().size).toBe(0);
      expect(stage.check()).toEqual([]);
    },
  );

  it.skipIf(SHORT)(
    'gives up its own open PUT of a record that somebody edited meanwhile',
    async (context) => {
      const rows = someRows(3);
      const stage = await anUndoStage(context, { rows });
      await stage.night(rows);
      const run = await stage.night(rows.map((row) => ({ ...row, comment: '改过' })));
      const killed = await stage.killed(run, 'restore:intent');
      expect(killed.killed, killed.stderr).toBe(true);
      stage.aMinuteLater();
      const open = [...stage.entries().values()].find(({ state }) => state === 'updating')!;
      const row = rows.find(({ id }) => id === open.key)!;
      const byHand = { ...bodyOf(row), ...otherwise() };
      await editInFeishu(stage.sandbox, open.remote_id!, byHand);
      const rest = await stage.undo(run);
      expect(rest.exitCode, JSON.stringify(rest)).toBe(3);
      expect(rest.changes.filter(({ kind }) => kind === 'left')).toMatchObject([{ key: open.key }]);
      expect(stage.entries().get(open.key)).toMatchObject({ state: 'settled' });
      expect(stage.bodies().get(open.remote_id!)).toEqual(byHand);
    },
  );
});
