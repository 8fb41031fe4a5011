import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.ts';
import type { Status } from '../../src/result/standing.ts';
import { sandboxEnv } from '../child-env.ts';
import { hireSync } from '../cli/child.ts';
import type { JsonReport } from '../faults/cli.ts';
import { type Row, someRows } from '../faults/rows.ts';
import { aStage, type Stage } from '../faults/stage.ts';
import { listeners } from './listeners.ts';
import { samplesIn } from './open-metrics.ts';

const rows = someRows(24);
const SUM = ['rejected', 'held', 'failed', 'inDoubt'] as const;

/**
 * What becomes of a night: rows that are wrong, by their places; whether the export is empty; whether Feishu is away, another
 * run holds the ledger, or one has died before.
 */
const aNight = fc.record({
  wrong: fc.uniqueArray(fc.nat(9), { maxLength: 3 }),
  changed: fc.nat(4),
  empty: fc.boolean(),
  failOn: fc.constantFrom('any', 'new', 'stopped'),
  trouble: fc.constantFrom(null, null, 'died', 'held'),
});
type Usual = typeof aNight extends fc.Arbitrary<infer T> ? T : never;
// Feishu that is away takes its time: only once.
type Drawn = Omit<Usual, 'trouble'> & { readonly trouble: Usual['trouble'] | 'away' };

it('status, metrics and notices say what the report of the same run says', async (context) => {
  const stage = await aStage(context, { rows });
  const ears = await listeners(context);
  const cwd = dirname(stage.pipelineFile);
  const config = { lang: 'en', rate: 200, source: 'export', ledger: 'ledger.db', metrics: 'out.prom' };
  writeFileSync(
    join(cwd, 'hire-sync.config.json'),
    JSON.stringify({ ...config, notify: { on: ['always'] } }),
  );
  const run = (...args: string[]) =>
    hireSync(args, {
      cwd,
      env: {
        ...sandboxEnv(stage.url),
        ...ears.env,
      },
    });
  const statusNow = async () => JSON.parse((await run('status', '--json')).stdout) as Status;
  let n = 0;
  const night = async ({ wrong, changed, empty, failOn, trouble }: Drawn): Promise<void> => {
    n++;
    const before = n === 1 ? undefined : (await statusNow()).pipelines[0]!.finished;
    const free = trouble === 'held' ? held(stage.ledgerFile) : () => {};
    if (trouble === 'away') await stage.down();
    if (trouble === 'died') died(stage, n);
    const tonight = rows.map((row, at): Row => {
      if (wrong.includes(at)) return { ...row, verdict: '好' } as unknown as Row;
      return at < changed + 10 && at >= 10 ? { ...row, comment: `night ${n}` } : row;
    });
    stage.write(empty ? [] : tonight);
    const { code, stdout } = await run('sync', 'pipeline.ts', '--json', '--fail-on', failOn);
    free();
    if (trouble === 'away') await stage.up();
    const report = stdout === '' ? null : (JSON.parse(stdout) as JsonReport);
    const { webhook, pings, bot } = ears.heard();
    const [notice] = webhook;
    const [one] = notice!.pipelines;
    const samples = samplesIn(readFileSync(join(cwd, 'out.prom'), 'utf8'));
    const standing = (await statusNow()).pipelines[0]!;
    const gauge = (name: string, labels: object = {}) =>
      samples.get(`${name}${JSON.stringify({ pipeline: 'faults', ...labels })}`);

    expect([bot.length, webhook.length, pings]).toEqual([1, 1, ['start', String(code)]]);
    expect(samples.get('hire_sync_process_exit_code{"command":"sync"}')).toBe(code);
    expect(notice).toMatchObject({ exitCode: code, app: { baseUrl: stage.url } });
    if (trouble === 'held') {
      // It has not begun: nothing is told of any pipeline, and none stands otherwise than before.
      expect([code, report, notice!.pipelines]).toEqual([5, null, []]);
      expect(notice).toMatchObject({ events: ['stopped'], reason: { code: 'LEDGER_BUSY' } });
      expect(standing.finished).toEqual(before);
      return;
    }
    if (trouble === 'away') {
      expect(code).toBe(1);
      expect(notice).toMatchObject({ events: ['failed'] });
      expect(one).toMatchObject({ exitCode: 1, reason: { code: 'FEISHU_UNREACHABLE' } });
      expect(gauge('hire_sync_exit_code')).toBe(1);
      expect(standing.last).toMatchObject({ run: one!.run, exitCode: 1 });
      expect(standing.finished).toEqual(before);
      return;
    }
    if (report === null) throw new Error(`No report: exit code ${code}.`);
    if (trouble === 'died') expect(one!.before).toBe('died');
    expect(one).toMatchObject({
      ...{ run: report.run, exitCode: report.exitCode, rows: report.rows, requests: report.requests },
      processCode: report.failOn?.exitCode ?? report.exitCode,
      orphans: report.orphans,
    });
    for (const [outcome, count] of Object.entries(report.rows))
      expect(gauge('hire_sync_rows', { outcome }), outcome).toBe(count);
    for (const [endpoint, counts] of Object.entries(report.requests))
      for (const [result, count] of Object.entries(counts))
        expect(gauge('hire_sync_requests', { endpoint, result })).toBe(count);
    expect(gauge('hire_sync_exit_code')).toBe(report.exitCode);
    expect(gauge('hire_sync_duration_seconds')).toBe(report.durationMs / 1000);
    expect(standing.last).toMatchObject({ run: report.run, exitCode: report.exitCode });
    const ended = Date.parse(standing.finished!.finishedAt!) / 1000;
    expect(gauge('hire_sync_last_success_timestamp_seconds')).toBe(ended);
    if (report.exitCode === 4) {
      expect(notice!.events).toContain('stopped');
      expect(standing.finished!.run).not.toBe(report.run);
      return;
    }
    expect(standing.finished).toMatchObject({ run: report.run, rows: report.rows });
    const { open } = standing;
    expect(
      open.rejected.rows + open.held.rows + open.waiting.rows + open.failed.rows + open.inDoubt.rows,
    ).toBe(SUM.reduce((sum, kind) => sum + report.rows[kind], 0));
    expect(one!.openSince).toBe(open.rejected.since);
    expect(gauge('hire_sync_oldest_open_timestamp_seconds')).toBe(
      open.rejected.since === null ? undefined : Date.parse(open.rejected.since) / 1000,
    );
    expect(notice!.events.includes('open')).toBe(code === 3);
    expect(notice!.events.includes('changed')).toBe(report.rows.created + report.rows.updated > 0);
  };
  const usual = { wrong: [1], changed: 0, empty: false, failOn: 'new', trouble: null } as const;
  for (const trouble of [null, 'away', 'held', 'died'] as const)
    await night({ ...usual, wrong: [1], changed: trouble === null ? 0 : 2, trouble });
  await fc.assert(
    fc.asyncProperty(fc.array(aNight, { minLength: 1, maxLength: 2 }), async (nights) => {
      for (const one of nights) await night(one);
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 240_000);

/** Another run holds the ledger, until it is freed. */
function held(file: string): () => void {
  const ledger = openLedger({ file, mode: 'write', now: Date.now });
  ledger.leases.acquire('another');
  return () => {
    ledger.leases.release('another');
    ledger.close();
  };
}

/** The last run died: it has no end, and nobody holds the ledger. */
function died(stage: Stage, n: number): void {
  stage.sql(
    `INSERT INTO run (id, pipeline, mode, state, started_at) VALUES ('20261121-dead-${n}', 'faults', 'sync', 'running', ${Date.now()})`,
  );
}
