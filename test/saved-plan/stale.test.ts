import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/cli/environment.ts';
import type { Prepared } from '../../src/cli/prepare.ts';
import { planTarget } from '../../src/cli/saved-plan.ts';
import { openLedger } from '../../src/ledger/ledger.ts';
import { openSavedPlan } from '../../src/pipeline/plan-file.ts';
import { SANDBOX_APP } from '../../src/sandbox/index.ts';
import { openPlace } from '../cli/place.ts';
import { bodyOf, otherwise, someRows } from '../faults/rows.ts';
import { CREATE } from '../target.ts';
import {
  ANOTHER_MAPPING,
  aScene,
  commented,
  type Gone,
  mixedNight,
  PIPELINE_TEXT,
  type Scene,
  sceneOf,
  touchByte,
} from './scene.ts';

interface PlanLine {
  readonly change?: { readonly key: string | null; payload?: { json: string; fingerprint: string } };
}

const OTHER_APP = { appId: 'cli_other', appSecret: 'other-secret' };

/** Refused by name, exit 4, and nothing was sent. */
function expectRefused(gone: Gone, ...says: readonly RegExp[]): void {
  expect(gone.code, gone.stderr).toBe(4);
  expect(gone.writes).toBe(0);
  expect(gone.stdout).toBe('');
  expect(gone.stderr).toMatch(/^hire-sync: The plan \S+ is not carried out:/m);
  expect(gone.stderr).toContain('Nothing was sent. Make a new one: hire-sync plan <pipeline> --out FILE.');
  for (const one of says) expect(gone.stderr).toMatch(one);
}

describe('a saved plan whose ground has moved', () => {
  let scene: Scene;
  let file: string;
  const kept = () => join(scene.folder, 'kept');
  const MOVABLE = ['export', 'pipeline.ts', '.hire-sync', 'night.plan'];
  beforeAll(async () => {
    scene = sceneOf(await openPlace({ apps: [SANDBOX_APP, OTHER_APP] }));
    await mixedNight(scene);
    file = join(scene.folder, 'night.plan');
    const planned = await scene.go(['plan', '--remote', '--out', file]);
    expect(planned.code, planned.stderr).toBe(3);
    mkdirSync(kept());
    for (const name of MOVABLE) cpSync(join(scene.folder, name), join(kept(), name), { recursive: true });
  });
  afterAll(() => scene.close());
  /** One at a time, each on what was there when the plan was made. */
  const moved = async (move: () => unknown, ...flags: readonly string[]): Promise<Gone> => {
    for (const name of MOVABLE) {
      rmSync(join(scene.folder, name), { recursive: true, force: true });
      cpSync(join(kept(), name), join(scene.folder, name), { recursive: true });
    }
    await move();
    return scene.go(['sync', '--plan', file, ...flags]);
  };

  it('one byte of the source', async () => {
    const gone = await moved(() => touchByte(join(scene.source, 'interviews.csv'), '第 9 轮', '第 8 轮'));
    expectRefused(gone, /not carried out: interviews\.csv has changed\. Nothing/);
    // It ran, and did nothing.
    const ledger = openLedger({ file: scene.ledgerFile, mode: 'read', now: Date.now });
    const [run] = ledger.runs.list(1);
    ledger.close();
    expect(run).toMatchObject({ state: 'stopped', exitCode: 4, pipeline: 'scene', summary: null });
  });

  it('a lookup, and a file that is gone: both are named', async () => {
    const gone = await moved(() => {
      rmSync(join(scene.source, 'interviews.csv'));
      touchByte(join(scene.source, 'applications.csv'), '\n', '\n\n');
    });
    expectRefused(
      gone,
      /^ {2}- applications\.csv has changed$/m,
      /^ {2}- interviews\.csv is not there any more$/m,
    );
  });

  it('the mapping, and a setting given beside the plan', async () => {
    const text = PIPELINE_TEXT.replace(...ANOTHER_MAPPING);
    const gone = await moved(
      () => writeFileSync(scene.pipelineFile, text),
      '--on-drift',
      'keep',
      '--repair-drift',
    );
    expectRefused(
      gone,
      /^ {2}- the pipeline's code has changed$/m,
      /^ {2}- the setting onDrift: it was "overwrite" and is "keep" now$/m,
      /^ {2}- the setting repairDrift: it was false and is true now$/m,
    );
  });

  it('a pipeline of another name, another app, and a ledger that was put aside', async () => {
    const gone = await moved(() => {
      writeFileSync(scene.pipelineFile, PIPELINE_TEXT.replace("'scene'", "'other'"));
      rmSync(join(scene.folder, '.hire-sync'), { recursive: true });
    });
    expectRefused(gone, /the pipeline: it was "scene" and is "other" now/);
    writeFileSync(scene.pipelineFile, PIPELINE_TEXT);
    const app = { FEISHU_APP_ID: OTHER_APP.appId, FEISHU_APP_SECRET: OTHER_APP.appSecret };
    rmSync(join(scene.folder, '.hire-sync'), { recursive: true });
    const other = await scene.go(['sync', '--plan', file], app);
    expectRefused(other, /not carried out: the app: it was "cli_sandbox" and is "cli_other" now\./);
    rmSync(join(scene.folder, '.hire-sync'), { recursive: true });
    const host = await scene.go(['sync', '--plan', file], {
      FEISHU_BASE_URL: scene.server.url.replace('127.0.0.1', 'localhost'),
    });
    expectRefused(host, /the tenant: it was "http:\/\/127/);
    const none = await scene.go(['sync', '--plan', file]);
    expectRefused(none, /^ {2}- the ledger's entry of R-001 has changed$/m, /R-003/);
  });

  it.for([
    [
      'cut off in the middle',
      (text: string) => text.slice(0, text.indexOf('\n') + 500),
      /it was edited, or cut off/,
    ],
    ['a line taken out', (text: string) => text.replace(/^.*"R-007".*\n/m, ''), /it was edited, or cut off/],
    ['converted to CRLF', (text: string) => text.replaceAll('\n', '\r\n'), /it was edited, or cut off/],
    [
      'cut off after its head',
      (text: string) => text.slice(0, text.indexOf('\n')),
      /it was edited, or cut off/,
    ],
    ['something else', () => 'interview_id,application_no\n', /it is not a plan of this version/],
    ['empty', () => '', /it is not a plan of this version/],
    [
      'of a version to come',
      (text: string) => text.replace('hire-sync plan 2', 'hire-sync plan 3'),
      /not a plan of this/,
    ],
  ] as const)('a plan file that was %s', async ([, edit, says]) => {
    const other = join(kept(), 'other.plan');
    writeFileSync(other, edit(readFileSync(join(kept(), 'night.plan'), 'utf8')));
    const opened = await openSavedPlan(other).catch((error: unknown) => error);
    expect(opened).toMatchObject({ code: 'PLAN_STALE', message: expect.stringMatching(says) });
  });

  it('a plan file that was edited and sealed anew: refused by the rows that no plan could hold', async () => {
    const edited = (one: (line: PlanLine) => void) => (): void => {
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(0, -1);
      const changed = lines.map((text) => {
        const line = JSON.parse(text) as PlanLine;
        one(line);
        return `${JSON.stringify(line)}\n`;
      });
      const sha256 = createHash('sha256').update(changed.join('')).digest('hex');
      writeFileSync(file, [...changed, `${JSON.stringify({ sha256 })}\n`].join(''));
    };
    const payload = (key: string, of: (payload: { json: string; fingerprint: string }) => void) =>
      edited(({ change }) => {
        if (change?.key === key && change.payload !== undefined) of(change.payload);
      });
    const sealed = (json: string) => createHash('sha256').update(json).digest('hex');
    for (const [edit, says] of [
      [
        payload('R-006', (one) => {
          one.json = one.json.replace('第 6 轮', '第 8 轮');
        }),
        /it was edited after it was made: R-006 has not the payload that was planned\./,
      ],
      [
        payload('R-001', (one) => {
          one.json = '{}';
          one.fingerprint = sealed('{}');
        }),
        /it was edited after it was made: R-001 has a payload that the target does not take\./,
      ],
      [
        payload('R-002', (one) => {
          one.json = one.json.replace('{', '{ ');
          one.fingerprint = sealed(one.json);
        }),
        /R-002 has not the payload that was planned\./,
      ],
      [
        edited(({ change }) => {
          if (change?.key === 'R-007') delete change.payload;
        }),
        /it was edited after it was made: a row is no change\./,
      ],
    ] as const)
      expectRefused(await moved(edit), says);
  });

  it('a plan file that was edited, or is not there', async () => {
    expectRefused(await moved(() => touchByte(file, '改过', '改坏')), /it was edited, or cut off/);
    const none = await moved(() => rmSync(file));
    expect([none.code, none.writes]).toEqual([2, 0]);
    expect(none.stderr).toContain('night.plan: there is no such file.');
  });
});

describe('a saved plan', { concurrent: true, timeout: 60_000 }, () => {
  it('made with --remote is refused when Feishu has moved: edited, deleted, or there already', async (context) => {
    const scene = await aScene(context);
    await mixedNight(scene);
    const file = join(scene.folder, 'night.plan');
    await scene.here({ planOnly: true, out: file });
    const rows = someRows(13);
    await scene.edit('R-001', { ...bodyOf(rows[0]!), ...otherwise() });
    await scene.remove('R-002');
    await scene.enter(rows[6]!);
    const gone = await scene.go(['sync', '--plan', file]);
    expectRefused(gone, /^ {2}- Feishu: R-001 has changed$/m, /R-002/, /R-007/);
    expect(gone.stderr.match(/^ {2}- /gm)).toHaveLength(3);
    // What it says now can be planned again over the old one.
    await scene.here({ planOnly: true, out: file });
    expect((await scene.here({ saved: file })).rows).toMatchObject({ created: 4, updated: 2, held: 2 });
  });

  it('made without --remote holds what was edited in Feishu, and carries out the rest', async (context) => {
    const scene = await aScene(context);
    const night = await mixedNight(scene);
    const file = join(scene.folder, 'night.plan');
    await scene.go(['plan', '--out', file]);
    const rows = someRows(13);
    await scene.edit('R-001', { ...bodyOf(rows[0]!), ...otherwise() });
    await scene.remove('R-002');
    await scene.edit('R-003', bodyOf(night[2]!));
    const endpoint = CREATE;
    const refuses = { kind: 'error', status: 400, code: 1002999 } as const;
    scene.sandbox.setFaults([{ match: { endpoint, key: 'R-010' }, fault: refuses }]);
    const gone = await scene.json(['sync', '--plan', file]);
    scene.sandbox.setFaults([]);
    expect(gone.code).toBe(3);
    expect(gone.report.rows).toMatchObject({ created: 4, updated: 0, held: 3, rejected: 2, unchanged: 4 });
    // A row that Feishu refuses is there to be corrected, with its cells.
    const rejects = join(scene.folder, '.hire-sync/runs', gone.report.run, 'rejects.csv');
    expect(readFileSync(rejects, 'utf8')).toContain('第 10 轮');
    // R-003 holds what was planned, R-013 was there already.
    expect(gone.report.noted).toMatchObject({ recorded: 1, adopted: 1 });
    const why = new Map(gone.report.heldRows.map((row) => [row.key, row.why]));
    expect(why.get('R-001')).toMatch(/^changed in Feishu since the plan was made/);
    expect(why.get('R-002')).toMatch(/^missing in Feishu: /);
    expect(scene.held('R-001')).toMatchObject(otherwise());
    // The next night sees to it.
    expect((await scene.here()).rows).toMatchObject({ created: 1, updated: 1, held: 2, unchanged: 8 });
  });

  it('is carried out once, also by a ledger that was empty, and not after another sync', async (context) => {
    const scene = await aScene(context);
    const rows = someRows(4);
    scene.write(rows);
    const file = join(scene.folder, 'first.plan');
    await scene.go(['plan', '--out', file]);
    expect(existsSync(scene.ledgerFile)).toBe(false);
    expect((await scene.here({ saved: file })).rows.created).toBe(4);
    const twice = await scene.go(['sync', '--plan', file]);
    expectRefused(twice, /it was carried out already, by run \S+ at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT\S*\./);

    scene.write(rows.map((row) => commented(row)));
    await scene.here({ planOnly: true, out: file });
    scene.write([commented(rows[0]!, '又改'), ...rows.slice(1)]);
    await scene.here();
    scene.write(rows.map((row) => commented(row)));
    await expect(scene.here({ saved: file })).rejects.toMatchObject({
      code: 'PLAN_STALE',
      message: expect.stringMatching(/not carried out: the ledger's entry of R-001 has changed\. Nothing/),
    });
  });

  it('is not written over anything but a plan, nor without the app it is for', async (context) => {
    const scene = await aScene(context);
    scene.write(someRows(2));
    const source = join(scene.source, 'interviews.csv');
    const before = readFileSync(source);
    const gone = await scene.go(['plan', '--out', source]);
    expect(gone.code, gone.stderr).toBe(2);
    expect(gone.stderr).toContain('which this command uses');
    for (const path of ['/dev/null', scene.folder]) {
      const prepared = {
        onlyRejects: undefined,
        pipeline: { source: { kind: 'csv' } },
        inputs: [],
        wishes: { files: [] as Prepared['wishes']['files'] },
      } as unknown as Prepared;
      const environment = readEnvironment(scene.env);
      expect(() => planTarget(path, prepared, environment)).toThrow('is no file');
    }
    expect(readFileSync(source)).toEqual(before);
    const nobody = await scene.go(['plan', '--out', 'x.plan'], { FEISHU_APP_ID: '' });
    expect([nobody.code, nobody.stdout]).toEqual([2, '']);
    expect(nobody.stderr).toContain('set FEISHU_APP_ID');
    expect(existsSync(join(scene.folder, 'x.plan'))).toBe(false);
  });
});
