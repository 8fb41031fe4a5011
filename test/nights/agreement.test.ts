import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Status } from '../../src/result/standing.ts';
import { sandboxEnv } from '../child-env.ts';
import { hireSync } from '../cli/child.ts';
import type { JsonReport } from '../faults/cli.ts';
import { type Row, someRows } from '../faults/rows.ts';
import { aStage } from '../faults/stage.ts';
import { listeners } from './listeners.ts';
import { samplesIn } from './open-metrics.ts';

const rows = someRows(24);
const SUM = ['rejected', 'held', 'failed', 'inDoubt'] as const;

/** What becomes of a night: rows that are wrong, by their places; rows that Feishu refuses; whether the export is empty. */
const aNight = fc.record({
  wrong: fc.uniqueArray(fc.nat(9), { maxLength: 3 }),
  changed: fc.nat(4),
  empty: fc.boolean(),
  failOn: fc.constantFrom('any', 'new', 'stopped'),
});
type Drawn = typeof aNight extends fc.Arbitrary<infer T> ? T : never;

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
  let n = 0;
  const night = async ({ wrong, changed, empty, failOn }: Drawn): Promise<void> => {
    n++;
    const tonight = rows.map((row, at): Row => {
      if (wrong.includes(at)) return { ...row, verdict: '好' } as unknown as Row;
      return at < changed + 10 && at >= 10 ? { ...row, comment: `night ${n}` } : row;
    });
    stage.write(empty ? [] : tonight);
    const { code, stdout } = await run('sync', 'pipeline.ts', '--json', '--fail-on', failOn);
    const report = JSON.parse(stdout) as JsonReport;
    const { webhook, pings, bot } = ears.heard();
    const [notice] = webhook;
    const [one] = notice!.pipelines;
    const samples = samplesIn(readFileSync(join(cwd, 'out.prom'), 'utf8'));
    const status = JSON.parse((await run('status', '--json')).stdout) as Status;
    const standing = status.pipelines[0]!;

    expect([bot.length, webhook.length, pings]).toEqual([1, 1, ['start', String(code)]]);
    expect(notice).toMatchObject({ exitCode: code, app: report.made?.app });
    expect(one).toMatchObject({
      ...{ run: report.run, exitCode: report.exitCode, rows: report.rows, requests: report.requests },
      processCode: report.failOn?.exitCode ?? report.exitCode,
      orphans: report.orphans,
    });
    const gauge = (name: string, labels: object = {}) =>
      samples.get(`${name}${JSON.stringify({ pipeline: 'faults', ...labels })}`);
    for (const [outcome, count] of Object.entries(report.rows))
      expect(gauge('hire_sync_rows', { outcome }), outcome).toBe(count);
    for (const [endpoint, counts] of Object.entries(report.requests))
      for (const [result, count] of Object.entries(counts))
        expect(gauge('hire_sync_requests', { endpoint, result })).toBe(count);
    expect(gauge('hire_sync_exit_code')).toBe(report.exitCode);
    expect(samples.get('hire_sync_process_exit_code{"command":"sync"}')).toBe(code);
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
  await night({ wrong: [1], changed: 0, empty: false, failOn: 'new' });
  await fc.assert(
    fc.asyncProperty(fc.array(aNight, { minLength: 1, maxLength: 2 }), async (nights) => {
      for (const one of nights) await night(one);
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 240_000);
