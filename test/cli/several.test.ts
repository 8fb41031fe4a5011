import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Total } from '../../src/report/total.ts';
import { aPlace, type JsonReport, type Place } from './place.ts';

const ROWS = 12;

interface Several {
  readonly pipelines: readonly (JsonReport & { readonly stopped?: { readonly code: string } })[];
  readonly total: Total;
}

/** A pipeline of twelve rows with an export of its own: no two pipelines bring the same interviews. */
function aPipeline({ folder }: Place, name: string, badRow = -1): string {
  const hour = name.length + name.charCodeAt(0);
  const rows = Array.from(
    { length: ROWS },
    (_, n) => `${name}-${n},${n === badRow ? 'never' : 1_709_600_700_000 + hour * 3_600_000 + n}`,
  );
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'rows.csv'), `id,begin\n${rows.join('\n')}\n`);
  const file = join(folder, `${name}.ts`);
  writeFileSync(
    file,
    `import { csv, definePipeline, epochMs } from 'hire-sync';
export default definePipeline({
  name: '${name}', target: 'external_interview', sourceDir: '${name}',
  source: csv('rows.csv', { columns: ['id', 'begin'] }),
  key: (row) => row.id,
  map: (row) => ({ external_application_id: '7435500000915106069', begin_time: epochMs(row.begin) }),
});`,
  );
  return file;
}

describe('several pipelines', () => {
  let place: Place;
  let files: readonly string[];
  beforeEach(async () => {
    place = await aPlace();
    files = [aPipeline(place, 'one'), aPipeline(place, 'two', 3), aPipeline(place, 'three')];
  });
  const several = async (command: string, ...args: readonly string[]) => {
    const ended = await place.run([command, ...files, '--json', ...args]);
    return { ...ended, ...(JSON.parse(ended.stdout) as Several) };
  };

  it('are synced in their order, with one sign-in, one lease, a report each and a total', async () => {
    const { code, pipelines, total } = await several('sync', '--rate', '40');
    expect(code).toBe(3);
    expect(pipelines.map(({ exitCode }) => exitCode)).toEqual([0, 3, 0]);
    expect(pipelines.map(({ rows }) => rows.created)).toEqual([ROWS, ROWS - 1, ROWS]);
    expect(pipelines.map(({ requests }) => requests['external_interview.create']?.sent)).toEqual([
      12, 11, 12,
    ]);
    expect(total).toMatchObject({
      exitCode: 3,
      pipelines: 3,
      notBegun: [],
      rows: { read: 36, created: 35, rejected: 1 },
      requests: { 'external_interview.create': { sent: 35, retried: 0, limited: 0 } },
    });
    // One throttle over the seam between two pipelines too.
    expect(total.maxWritesPer1000ms).toBeLessThanOrEqual(40);
    const arrivals = place.sandbox.arrivals();
    expect(arrivals.filter(({ endpoint }) => endpoint === 'token')).toHaveLength(1);
    expect(place.writes().map(({ key }) => key?.split(':')[0])).toEqual(
      ['one', 'two', 'three'].flatMap((name, n) => Array.from({ length: n === 1 ? 11 : 12 }, () => name)),
    );
    const { runs } = JSON.parse((await place.run(['runs', '--json'])).stdout) as {
      runs: { pipeline: string }[];
    };
    expect(runs.map(({ pipeline }) => pipeline).sort()).toEqual(['one', 'three', 'two']);

    const again = await several('sync');
    expect(again.total).toMatchObject({ rows: { unchanged: 35, rejected: 1 }, requests: {} });

    // By its name, though a folder is called so, too.
    expect(await place.run(['verify', 'one'])).toMatchObject({ code: 0, stderr: '' });
  });

  it('end before the next when a guard stops one, unless told to keep going', async () => {
    await several('sync', '--rate', '200');
    writeFileSync(join(place.folder, 'one/rows.csv'), 'id,begin\n');
    writeFileSync(join(place.folder, 'two/rows.csv'), 'id,begin\nnew,1710700700000\n');
    const stopped = await several('sync');
    expect(stopped.code).toBe(4);
    expect(stopped.pipelines).toHaveLength(1);
    expect(stopped.pipelines[0]).toMatchObject({ exitCode: 4, stopped: { code: 'GUARDED' } });
    expect(stopped.total).toMatchObject({ exitCode: 4, notBegun: ['two', 'three'] });
    expect(stopped.stderr).toMatch(/pipeline "one" stopped; not begun: two, three/);

    rmSync(join(place.folder, 'three/rows.csv'));
    const kept = await several('sync', '--keep-going', '--allow', 'shrunk');
    expect(kept.code).toBe(2);
    expect(kept.pipelines.map(({ exitCode }) => exitCode)).toEqual([4, 0, 2]);
    expect(kept.pipelines[2]).toMatchObject({ pipeline: 'three', stopped: { code: 'SOURCE_MISSING' } });
    expect(kept.total).toMatchObject({ exitCode: 2, notBegun: [], rows: { created: 1 } });
  });

  it('end before the next when Feishu refuses the app, told to keep going or not', async () => {
    place.sandbox.setFaults([
      { match: { endpoint: 'external_interview.create' }, fault: { kind: 'permission' } },
    ]);
    const { code, pipelines, total } = await several('sync', '--keep-going');
    expect(code).toBe(1);
    expect(pipelines.map(({ exitCode }) => exitCode)).toEqual([1]);
    expect(total.notBegun).toEqual(['two', 'three']);
    expect(place.writes()).toHaveLength(1);
  });

  it('are planned and validated to the last, whatever one comes to', async () => {
    writeFileSync(join(place.folder, 'one/rows.csv'), 'id,begin\n');
    const plan = await several('plan', '--detailed-exitcode');
    expect(plan.pipelines.map(({ exitCode }) => exitCode)).toEqual([4, 3, 0]);
    expect(plan.total).toMatchObject({ exitCode: 4, rows: { read: 24, created: 23, rejected: 1 } });
    const validated = await several('validate');
    expect(validated.pipelines).toHaveLength(3);
    expect(validated.total.rows).toMatchObject({ read: 24, valid: 23, rejected: 1 });
    expect(place.sandbox.arrivals()).toEqual([]);
  });

  it('have a heading each and a line of totals as text', async () => {
    const { stdout, code } = await place.run(['plan', ...files]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^one:\n[\s\S]*\n\ntwo:\n[\s\S]*\n\nthree:\n/);
    expect(stdout).toMatch(/\n\nTotal of 3 pipelines: 35 created, 1 rejected = 36 rows read\. Took .*\.\n$/);
  });
});
