import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, type TestContext } from 'vitest';
import type { Report } from '../../src/result/report.ts';
import { SANDBOX_APP, type SandboxOptions } from '../../src/sandbox/index.ts';
import type { Ended } from '../cli/child.ts';
import { aPlace, type Place } from '../cli/place.ts';
import { createInFeishu, deleteInFeishu, editInFeishu } from '../faults/feishu-user.ts';
import { type HereOptions, runHere } from '../faults/in-process.ts';
import { bodyOf, csvOf, type Row, someRows } from '../faults/rows.ts';
import { ADDED_ATTACHMENT, ATTACHMENTS, objectsIn, TARGET } from '../target.ts';

/** One row of the scene: `application` is looked up, so that a row can wait for it. */
export type SceneRow = Row & { readonly said?: string; readonly unknown?: boolean };

/** A place with an export, a lookup, a pipeline of its own, and someone who works in Feishu meanwhile. */
export interface Scene extends Place {
  readonly source: string;
  readonly pipelineFile: string;
  write(rows: readonly SceneRow[]): void;
  /** `hire-sync <command> pipeline.ts … --rate 200 --limit 0`: what it printed, and what reached Feishu by it. */
  go(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Gone>;
  /** The same run in this process, where a child of its own would only cost time. */
  here(options?: HereOptions): Promise<Report>;
  /** As `go`, with `--json`. */
  json(
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<Gone & { report: SceneReport }>;
  edit(key: string, body: Parameters<typeof editInFeishu>[2]): Promise<void>;
  enter(row: Row): Promise<string>;
  remove(key: string): Promise<void>;
  /** What was written was written some minutes ago: nobody waits for the read-back to catch up. */
  age(): void;
  /** Feishu's id of a record. */
  idOf(key: string): string;
  held(key: string): unknown;
}

export interface Gone extends Ended {
  readonly writes: number;
  readonly requests: number;
  /** The itemised lines: everything before the totals. */
  readonly items: string;
}

export interface SceneReport {
  readonly run: string;
  readonly exitCode: number;
  readonly rows: Readonly<Record<string, number>>;
  readonly noted: Readonly<Record<string, number>>;
  readonly notAttempted: number;
  readonly canary: {
    readonly rows: readonly { readonly key: string; readonly is: string }[];
    readonly equal: number;
  } | null;
  readonly heldRows: readonly { readonly key: string; readonly why: string }[];
  readonly stopped?: { readonly code: string };
}

const INTERVIEW = {
  verdicts: '{ 不通过: 1, 通过: 2, 待定: 3 }',
  fields: `
    participate_status: 2,
    begin_time: integer(row.begin_ms),
    interview_assessments: [
      { username: required(row.interviewer), conclusion: verdict(row.verdict), content: row.comment },
    ],`,
  other: ['participate_status: 2', 'participate_status: 1'],
} as const;

const BACKGROUND_CHECK = {
  verdicts: "{ 不通过: '不通过', 通过: '通过', 待定: '待定' }",
  fields: `
    date: integer(row.begin_ms),
    name: required(row.interviewer),
    result: verdict(row.verdict) + '：' + row.comment,
    attachment_id_list: ${JSON.stringify(ATTACHMENTS.map(({ id }) => id))},`,
  other: ["'：'", "' '"],
} as const;

const { verdicts, fields, other } = TARGET === 'external_interview' ? INTERVIEW : BACKGROUND_CHECK;

export const PIPELINE_TEXT = `
import { csv, csvLookup, definePipeline, integer, required, valueMap } from 'hire-sync';

const verdict = valueMap(${verdicts});

export default definePipeline({
  name: 'scene',
  target: '${TARGET}',
  sourceDir: 'export',
  guards: { field: 1 },
  source: csv('interviews.csv', { columns: 'id,application,interviewer,verdict,comment,begin_ms'.split(',') }),
  lookups: { applications: csvLookup('applications.csv', 'id', 'feishu') },
  key: (row) => row.id,
  map: (row, { lookup }) => ({
    external_application_id: lookup('applications', row.application),${fields}
  }),
});
`;

/** What of the pipeline's text to replace, and by what, for a mapping that makes something else of every row. */
export const ANOTHER_MAPPING: readonly [from: string, to: string] = other;

type Cleanup = Pick<TestContext, 'onTestFinished'>;

export async function aScene(context: Cleanup, options: SandboxOptions = {}): Promise<Scene> {
  return sceneOf(await aPlace({ apps: [SANDBOX_APP], ...options }, context));
}

export function sceneOf(place: Place): Scene {
  const { folder, sandbox } = place;
  sandbox.seed({ attachments: [...ATTACHMENTS, ADDED_ATTACHMENT] });
  const source = join(folder, 'export');
  mkdirSync(source);
  const pipelineFile = join(folder, 'pipeline.ts');
  writeFileSync(pipelineFile, PIPELINE_TEXT);
  const idOf = (key: string): string => {
    const entry = place.entries().find((one) => one.key === key);
    if (entry?.remote_id == null) throw new Error(`${key} has no id.`);
    return entry.remote_id;
  };
  const app = { FEISHU_APP_ID: SANDBOX_APP.appId, FEISHU_APP_SECRET: SANDBOX_APP.appSecret };
  const go: Scene['go'] = async ([command = '', ...args], env) => {
    const before = [place.writes().length, sandbox.arrivals().length] as const;
    const limit = args.includes('--limit') ? [] : ['--limit', '0'];
    const ended = await place.run([command, pipelineFile, '--rate', '200', ...limit, ...args], {
      ...app,
      ...env,
    });
    // What becomes of each verdict comes first.
    const items = ended.stdout.split('\n\n').find((block) => !block.startsWith('What becomes')) ?? '';
    const writes = place.writes().length - before[0];
    return { ...ended, items, writes, requests: sandbox.arrivals().length - before[1] };
  };
  return {
    ...place,
    start: (args, env) => place.start(args, { ...app, ...env }),
    here: (options) =>
      runHere(
        { pipelineFile, ledgerFile: place.ledgerFile, source, url: place.server.url, lags: false },
        options,
      ),
    source,
    pipelineFile,
    write(rows) {
      const known = rows.filter(({ unknown }) => unknown !== true).map(({ application }) => application);
      const lookup = [...new Set(known)].map((id) => `${id},${id}`);
      writeFileSync(join(source, 'applications.csv'), ['id,feishu', ...lookup, ''].join('\n'));
      const said = rows.map(({ said, ...row }) => ({
        ...row,
        verdict: (said ?? row.verdict) as Row['verdict'],
      }));
      writeFileSync(join(source, 'interviews.csv'), csvOf(said));
    },
    go,
    async json(args, env) {
      const gone = await go([...args, '--json'], env);
      if (!gone.stdout.startsWith('{')) throw new Error(`no JSON: ${gone.stderr}`);
      return { ...gone, report: JSON.parse(gone.stdout) as SceneReport };
    },
    age() {
      const database = new Database(place.ledgerFile);
      database.exec(`UPDATE entry SET first_attempt_at = first_attempt_at - iif(remote_id IS NULL, 300000, 2 * 86400000), last_attempt_at = last_attempt_at - 300000;
        UPDATE attempt SET started_at = started_at - 300000`);
      database.close();
    },
    edit: (key, body) => editInFeishu(sandbox, idOf(key), body),
    enter: (row) => createInFeishu(sandbox, bodyOf(row)),
    remove: (key) => deleteInFeishu(sandbox, idOf(key)),
    idOf,
    held: (key) => objectsIn(sandbox).find(({ id }) => id === idOf(key))?.body,
  };
}

export const commented = (row: Row, comment = '改过'): Row => ({ ...row, comment });

/**
 * Night two of issue 5, on what night one has left: 5 new, 3 changed, 2 unchanged, 1 held (its application is not known
 * yet), 1 rejected, 1 that is in Feishu already.
 */
export async function mixedNight(scene: Scene): Promise<readonly SceneRow[]> {
  const rows = someRows(13);
  scene.write(rows.slice(0, 5));
  expect((await scene.here()).exitCode).toBe(0);
  scene.age();
  const night = rows.map((row, i): SceneRow => {
    if (i < 3) return commented(row);
    if (i === 10) return { ...row, application: 'not-known-yet', unknown: true };
    return i === 11 ? { ...row, said: '通过（待复核）' } : row;
  });
  await scene.enter(rows[12]!);
  scene.write(night);
  return night;
}

/** Each record of the rows has exactly one object, with its content; nothing else is in Feishu. */
export function expectExactlyOnce(scene: Scene, rows: readonly Row[]): void {
  const objects = objectsIn(scene.sandbox);
  expect(objects).toHaveLength(rows.length);
  const entries = scene.entries();
  expect(entries.map(({ key, state }) => `${key} ${state}`)).toEqual(
    rows.map(({ id }) => `${id} settled`).sort(),
  );
  for (const row of rows) expect(scene.held(row.id), row.id).toEqual(bodyOf(row));
}

/** Changes one byte in the middle of a file. */
export function touchByte(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from}.`);
  writeFileSync(file, text.replace(from, to));
}
