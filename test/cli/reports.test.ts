import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEPT_RUNS } from '../../src/cli/run-folder.ts';
import { aPlace, type JsonReport, openPlace, PIPELINE, type Place } from './place.ts';

const FAST = ['--rate', '200'];
const FORMATS = { text: 'txt', json: 'json', csv: 'csv', html: 'html' } as const;
const reportFlags = Object.values(FORMATS).flatMap((ending) => ['--report', `made.${ending}`]);
const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

describe('a sync', () => {
  let place: Place;
  let run: string;
  const runs = () => join(place.folder, '.hire-sync/runs');
  const made = (ending: string) => readFileSync(join(place.folder, `made.${ending}`), 'utf8');
  beforeAll(async () => {
    place = await openPlace();
    // The data of many nights, the oldest first.
    for (let i = 0; i < KEPT_RUNS + 1; i++) {
      const folder = join(runs(), `20200101-0000${String(i).padStart(2, '0')}-aaaaaa`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'changes.db'), '');
      if (i === 0) writeFileSync(join(folder, 'rejects.csv'), '');
    }
    writeFileSync(join(place.folder, 'made.csv'), '\uFEFFkind,key,file,line\r\n', { mode: 0o644 });
    const ended = await place.run(['sync', PIPELINE, '--json', ...FAST, ...reportFlags, '--limit', '0']);
    run = (JSON.parse(ended.stdout) as JsonReport).run;
    expect(ended.stdout).toBe(made('json'));
  });
  afterAll(() => place.close());

  it('writes each report to a file of its own that only its owner may read', () => {
    for (const ending of Object.values(FORMATS))
      expect(modeOf(join(place.folder, `made.${ending}`))).toBe('600');
    expect(made('txt')).toContain('  + create   MS00081201       interviews.csv:2\n');
    expect(made('csv')).toMatch(/^\uFEFFkind,key,file,line,/);
    expect(made('html')).toMatch(/^<!doctype html>/);
  });

  it.each(Object.entries(FORMATS))('can be reported later as %s, to the byte', async (format, ending) => {
    const { code, stdout } = await place.run(['runs', run, '--format', format, '--limit', '0']);
    expect(code).toBe(0);
    expect(stdout).toBe(made(ending));
  });

  it('is reported later into files, besides what the ledger noted', async () => {
    const { code, stdout } = await place.run(['runs', run, '--report', 'later.html', '--lang', 'en']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^run +2/);
    expect(readFileSync(join(place.folder, 'later.html'), 'utf8')).toBe(made('html'));
  });

  it('keeps its data to itself, without the cells of the rows', () => {
    const file = join(runs(), run, 'changes.db');
    expect([modeOf(file), modeOf(join(runs(), run))]).toEqual(['600', '700']);
    const database = new Database(file, { readonly: true });
    const changes = database.prepare('SELECT entry FROM entry').pluck().all().join('\n');
    expect(database.prepare('SELECT sum(count) FROM kind').pluck().get()).toBe(132);
    database.close();
    // See `Original`: the cells under their columns.
    expect(/"(original|values)"/.test(changes)).toBe(false);
  });

  it(`keeps the data of the newest ${KEPT_RUNS} runs, and reject files`, () => {
    const withData = readdirSync(runs()).filter((name) =>
      readdirSync(join(runs(), name)).includes('changes.db'),
    );
    expect(withData).toHaveLength(KEPT_RUNS);
    expect(withData).toContain(run);
    expect(readdirSync(runs())).toContain('20200101-000000-aaaaaa');
    expect(readdirSync(runs())).not.toContain('20200101-000001-aaaaaa');
  });

  it('whose data is gone, or damaged, says so', async () => {
    const file = join(runs(), run, 'changes.db');
    for (const damage of [() => writeFileSync(file, 'no database at all, '.repeat(99)), () => rmSync(file)]) {
      damage();
      const { code, stdout, stderr } = await place.run(['runs', run, '--format', 'csv']);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/changes\.db/);
    }
  });
});

it('tells what was done even where its data and rejects cannot be written', async () => {
  const place = await aPlace();
  mkdirSync(join(place.folder, '.hire-sync'), { recursive: true });
  writeFileSync(join(place.folder, '.hire-sync/runs'), 'no folder');
  const sync = place.start(['sync', PIPELINE, ...FAST, '--report', 'x.html']);
  await place.arrived(1);
  mkdirSync(join(place.folder, 'x.html'));
  const { code, stdout, stderr } = await sync.ended;
  expect(code).toBe(1);
  expect(stdout).toContain('Sync: 115 created');
  expect(stderr).toMatch(/the data of the run could not be written to \S+changes\.db \(ENOTDIR\)/);
  expect(stderr).toMatch(/the rejected rows could not be written/);
  expect(stderr).toMatch(
    /the report could not be written to \S+x\.html \(.*is no file\. Name another file\.\)/,
  );
});

describe('the flags of a report', () => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace();
  });
  afterAll(() => place.close());

  it('are refused by name, all at once', async () => {
    const wrong = ['--format', 'xml', '--report', 'x.pdf', '--lang', 'fr', '--deadline', '24:00'];
    const { code, stdout, stderr } = await place.run(['plan', PIPELINE, ...wrong]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/--format is "xml": text, json, csv or html/);
    expect(stderr).toMatch(/--report is "x\.pdf": its ending names the format/);
    expect(stderr).toMatch(/--lang is "fr": zh or en/);
    expect(stderr).toMatch(/--deadline is "24:00": a local time from 00:00 to 23:59/);
  });

  it.each([
    [['--report', 'no/x.html'], /--report is "no\/x\.html": there is no folder/],
    [['--json', '--format', 'csv'], /--json and --format csv/],
  ])('%j are refused', async (flags, message) => {
    const { code, stdout, stderr } = await place.run(['plan', PIPELINE, ...flags]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  it('of runs are about one run', async () => {
    const { code, stderr } = await place.run(['runs', '--format', 'html']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/are about one run/);
  });

  it('take the language from the environment, and warn of a deadline', async () => {
    const env = { LC_ALL: '', LANG: 'zh_CN.UTF-8', TZ: 'Asia/Shanghai' };
    const args = ['plan', PIPELINE, '--rate', '0.1'];
    // By the clock of the pipeline's zone, whatever that of the machine is.
    const minute = new Date(Date.now() + 120_000 + 8 * 3_600_000).toISOString().slice(11, 16);
    const late = await place.run([...args, '--deadline', minute], { TZ: 'UTC' });
    expect(late.stderr).toMatch(
      /Warning: it will not be done by \d{4}-\d\d-\d\d \d\d:\d\d \(Asia\/Shanghai, UTC\+08:00\)/,
    );
    expect(late.stdout).toContain('Warning: it will not be done by');
    const { stdout, stderr } = await place.run(args, env);
    expect(stdout).toMatch(/计划：将新建 115/);
    expect(stdout).toMatch(/预计 \S+ \S+ \(Asia\/Shanghai, UTC\+08:00\) 结束/);
    expect(stderr).not.toMatch(/警告/);
  });
});
