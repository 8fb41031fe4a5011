import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../src/feishu/targets.ts';
import { canonicalJson, fingerprintOf } from '../../src/plan/canonical.ts';
import { sandboxEnv } from '../child-env.ts';
import { start } from '../cli/child.ts';
import { createInFeishu, deleteInFeishu, editInFeishu } from '../faults/feishu-user.ts';
import { runHere } from '../faults/in-process.ts';
import { bodyOf, otherwise, STEADY, someRows } from '../faults/rows.ts';
import type { Stage } from '../faults/stage.ts';
import { ATTACHMENTS, BATCH_QUERY, TARGET } from '../target.ts';
import { anUndoStage, type UndoStage, type VerifyJson } from '../undo/undo-stage.ts';

/** What a person reads of `otherwise()`. */
const STATUS_LINE =
  TARGET === 'external_interview'
    ? 'participation: attended → no-show'
    : `attachment 1: ${ATTACHMENTS[0]!.id} → absent`;
const TIMEOUT = { timeout: 120_000 };

describe.concurrent('verify', TIMEOUT, () => {
  it('tells what is equal, changed, missing, open and unknown, names no candidate, and writes nothing', async (context) => {
    const rows = someRows(45);
    const stage = await anUndoStage(context, { rows });
    await stage.night(rows);
    const clean = await stage.verify();
    expect(clean.exitCode).toBe(0);
    expect(clean).toMatchObject({
      pipeline: 'faults',
      mode: 'verify',
      records: { read: 45, equal: 45, changed: 0, missing: 0, open: 0 },
      unknown: 0,
      applications: 15,
      resumed: 0,
      meanwhile: null,
      requests: { [BATCH_QUERY]: { sent: 3 + 15 } },
    });

    stage.aMinuteLater();
    const ids = { changed: stage.id('R-002'), missing: stage.id('R-030'), held: stage.id('R-044') };
    await editInFeishu(stage.sandbox, ids.changed, { ...bodyOf(rows[1]!), ...otherwise() });
    await deleteInFeishu(stage.sandbox, ids.missing);
    const unknown = await createInFeishu(stage.sandbox, bodyOf(rows[20]!));
    stage.sql(`UPDATE entry SET held_reason = '{"code":"refused-repeat"}' WHERE key = 'R-044'`);
    stage.sql(`UPDATE entry SET state = 'updating', intent_payload = applied_payload,
                                intent_fingerprint = applied_fingerprint WHERE key = 'R-045'`);
    const writes = stage.sandbox.state().writes;
    const found = await stage.verify();
    expect(found.exitCode).toBe(10);
    expect(found).toMatchObject({
      records: { read: 45, equal: 41, changed: 1, missing: 1, open: 2 },
      unknown: 1,
      changed: [{ key: 'R-002', id: ids.changed, fields: [STEADY] }],
      missing: [{ key: 'R-030', id: ids.missing }],
      unknownObjects: [{ id: unknown, application: rows[20]!.application }],
      open: [
        { key: 'R-044', id: ids.held, reason: { code: 'refused-repeat' } },
        { key: 'R-045', why: expect.stringMatching(/^in doubt: its update was sent at 20/) as string },
      ],
    });

    const text = await stage.cli(['verify', stage.pipelineFile, '--known-only']);
    expect(text.exitCode).toBe(10);
    expect(text.stdout).toContain(
      `  ~ changed  R-002            ${ids.changed}\n      edited in Feishu: ${STATUS_LINE}\n`,
    );
    expect(text.stdout).toContain(
      'Verify: 41 equal, 1 changed, 1 missing, 2 open = 45 records. Other objects were not',
    );
    expect(text.stdout + text.stderr + JSON.stringify(found)).not.toMatch(/王强|李娜|第 \d+ 轮/);
    expect(stage.sandbox.state().writes).toEqual(writes);

    // What cannot be compared is not equal, and not different either.
    await deleteInFeishu(stage.sandbox, unknown);
    await editInFeishu(stage.sandbox, ids.changed, bodyOf(rows[1]!));
    stage.sql(`DELETE FROM entry WHERE key = 'R-030'`);
    expect((await stage.verify()).exitCode).toBe(3);
    expect((await stage.cli(['verify', 'nobody'])).stderr).toMatch(
      /no records of pipeline "nobody" \(it has: faults\)/,
    );
  });

  it('gives a read-back that lags the time it needs', async (context) => {
    const rows = someRows(4);
    const stage = await anUndoStage(context, { rows, sandbox: { readLagMs: 2500 } });
    await stage.night(rows);
    const ran = await stage.verify();
    expect([ran.exitCode, ran.records.equal]).toEqual([0, 4]);
  });

  it('reads again what a sync wrote meanwhile, and says so', async (context) => {
    const rows = someRows(6);
    const changed = rows.map((row) => ({ ...row, comment: '改过' }));
    let during: 'no' | 'next' | 'done' = 'no';
    let run = '';
    const stage: UndoStage = await anUndoStage(context, {
      rows,
      onRequest: async ({ url }, { write }) => {
        if (during !== 'next' || !url.includes('batch_query')) return;
        during = 'done';
        write(changed);
        run = (await runHere(stage)).run;
      },
    });
    await stage.night(rows);
    during = 'next';
    const ran = await stage.verify();
    expect(ran.exitCode).toBe(0);
    expect(ran).toMatchObject({ records: { read: 6, equal: 6 }, meanwhile: run });
    expect(stage.bodies().size).toBe(6);
  });

  it('killed, goes on where it stopped, and reads again what the ledger changed since', async (context) => {
    const rows = someRows(2100);
    let queries = 0;
    let kill = (): void => {};
    const stage = await anUndoStage(context, {
      rows: rows.slice(0, 1),
      onRequest: ({ url }) => {
        if (url.includes('batch_query') && ++queries === 70) kill();
      },
    });
    await stage.night(rows.slice(0, 1));
    fill(
      stage,
      rows.slice(1).map((row) => ({ key: row.id, body: bodyOf(row) })),
    );
    const args = [
      'verify',
      'faults',
      '--ledger',
      stage.ledgerFile,
      '--rate',
      '1000',
      '--known-only',
      '--json',
    ];
    const { child, ended } = start(args, { cwd: dirname(stage.ledgerFile), env: sandboxEnv(stage.url) });
    kill = () => void child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    const state = `${stage.ledgerFile}.verify-faults`;
    expect(statSync(state).mode & 0o777).toBe(0o600);

    // Of the first thousand, read already: one is written since, one is forgotten.
    const late = { ...bodyOf(rows[5]!), ...otherwise('two') };
    await editInFeishu(stage.sandbox, stage.id(rows[5]!.id), late);
    const json = canonicalJson(TARGETS[TARGET].shape, late);
    stage.sql(`UPDATE entry SET applied_payload = '${json}', applied_fingerprint = '${fingerprintOf(json)}'
               WHERE key = '${rows[5]!.id}'`);
    stage.sql(`DELETE FROM entry WHERE key = '${rows[6]!.id}'`);
    const before = stage.arrivals(BATCH_QUERY).length;
    const ran = await stage.cli<VerifyJson>(['verify', 'faults', '--known-only', '--json']);
    expect(ran.exitCode, ran.stdout.slice(0, 500) + ran.stderr).toBe(0);
    expect(ran.stderr).toContain('Going on where an earlier verify stopped: 1000 records read already.');
    expect(ran.json).toMatchObject({ records: { read: 2099, equal: 2099 }, resumed: 1000, unknown: null });
    // One for the record that was written since, and the one that moved up; 55 for what is left, by pages. On a busy
    // machine a few of the killed process arrive late, too. From the beginning it would be 105.
    const asked = stage.arrivals(BATCH_QUERY).length - before;
    expect(asked).toBeGreaterThanOrEqual(56);
    expect(asked).toBeLessThan(105);
    expect(existsSync(state)).toBe(false);
  });
});

/** Records that Feishu and the ledger hold already, as if runs had written them a while ago. */
function fill(stage: Stage, records: readonly { readonly key: string; readonly body: object }[]): void {
  const kind = TARGET === 'external_interview' ? 'interviews' : 'backgroundChecks';
  const { [kind]: ids } = stage.sandbox.seed({ [kind]: records.map(({ body }) => body) });
  const database = new Database(stage.ledgerFile);
  const insert = database.prepare(`
    INSERT INTO entry (pipeline, key, target, external_id, remote_id, state, applied_fingerprint, applied_payload,
                       first_attempt_at, last_attempt_at, settled_at, first_run, last_run)
    VALUES ('faults', ?, '${TARGET}', 'faults:' || ?, ?, 'settled', ?, ?, 1, 1, 1, 'run-0', 'run-0')`);
  database.transaction(() => {
    for (const [i, { key, body }] of records.entries()) {
      const json = canonicalJson(TARGETS[TARGET].shape, body);
      insert.run(key, key, ids[i], fingerprintOf(json), json);
    }
  })();
  database.close();
}
