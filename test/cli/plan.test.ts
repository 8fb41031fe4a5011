import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hireSync, ROOT } from './child.ts';
import { EXPECTED, NIGHT_1, NIGHT_2 } from './exports.ts';
import { aPlace, type JsonChange, type JsonReport, openPlace, PIPELINE, type Place } from './place.ts';

const identity = (changes: readonly JsonChange[]) =>
  changes.map(({ key, fingerprint }) => `${key} ${fingerprint}`).sort();

describe('the same plan', () => {
  let place: Place;
  let plain: readonly string[];
  beforeAll(async () => {
    place = await openPlace();
    plain = identity((await place.plan()).report.changes);
    expect(plain).toHaveLength(EXPECTED.create.length);
  });
  afterAll(() => place.close());

  it.each(['legacy-ats-json', 'legacy-ats-gb18030'])('comes out of %s', async (name) => {
    const { report } = await place.plan(join(ROOT, 'pipelines', `${name}.ts`));
    expect(identity(report.changes)).toEqual(plain);
    expect(report.rejects.map(({ key }) => key).sort()).toEqual(
      EXPECTED.rejected.map(({ key }) => key).sort(),
    );
  });

  it.each(['UTC', 'Asia/Shanghai', 'America/New_York'])('comes out with TZ=%s', async (TZ) => {
    const { stdout } = await place.run(['plan', PIPELINE, '--json'], { TZ });
    expect(identity((JSON.parse(stdout) as JsonReport).changes)).toEqual(plain);
  });
});

describe('plan', () => {
  it('needs no credentials, asks nobody and makes no ledger', async () => {
    const place = await aPlace();
    const { FEISHU_BASE_URL } = place.env;
    const { code, stdout } = await hireSync(['plan', PIPELINE], {
      cwd: place.folder,
      env: { FEISHU_BASE_URL: FEISHU_BASE_URL! },
    });
    expect(code).toBe(3);
    expect(stdout).toContain(
      'Plan: 115 to create, 0 to update, 0 unchanged, 9 skipped, 8 rejected, 0 held = 132 rows read. 0 missing in the source.',
    );
    expect(stdout).toMatch(
      /Cost: 115 write requests, about 21 s at 9 requests\/s, 1 token; begun now it ends about \d{4}-/,
    );
    expect(place.sandbox.arrivals()).toEqual([]);
    expect(existsSync(place.ledgerFile)).toBe(false);
  });

  it('changes nothing in a ledger that is there', async () => {
    const place = await aPlace();
    await place.sync();
    const [entries, requests] = [place.entries(), place.sandbox.arrivals().length];
    const { stdout } = await place.run(['plan', PIPELINE, '--source', NIGHT_2]);
    expect(stdout).toContain('Plan: 5 to create, 7 to update, 105 unchanged');
    expect(stdout).toContain('3 missing in the source.');
    expect(stdout).toContain('assessment 2 · conclusion: ');
    expect(place.entries()).toEqual(entries);
    expect(place.sandbox.arrivals()).toHaveLength(requests);
  });

  it('tells by its exit code whether there are changes, when asked to', async () => {
    const place = await aPlace();
    const detailed = async () => (await place.run(['plan', PIPELINE, '--detailed-exitcode'])).code;
    expect(await detailed()).toBe(10);
    await place.sync();
    expect(await detailed()).toBe(0);
  });

  it('lists 20 of a kind, as many as asked for, or all', async () => {
    const place = await aPlace();
    const creates = async (...args: string[]) => {
      const { stdout } = await place.run(['plan', PIPELINE, ...args]);
      return [stdout.match(/^ {2}\+ create /gm)?.length, /… and (\d+) more create /.exec(stdout)?.[1]];
    };
    expect(await creates()).toEqual([20, '95']);
    expect(await creates('--limit', '3')).toEqual([3, '112']);
    expect(await creates('--limit', '0')).toEqual([115, undefined]);
  });

  it('takes the folder from --source before the one of the pipeline', async () => {
    const place = await aPlace();
    const [own, given] = await Promise.all([place.plan(), place.plan('--source', NIGHT_2)]);
    expect(own.report.rows.read).toBe(132);
    expect(given.report.changes).not.toEqual(own.report.changes);
    expect(identity((await place.plan('--source', NIGHT_1)).report.changes)).toEqual(
      identity(own.report.changes),
    );
  });
});
