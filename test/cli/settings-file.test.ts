import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Flags, nested } from '../../src/cli/flag.ts';
import { SETTINGS, settings } from '../../src/cli/settings.ts';
import {
  readSettingsFile,
  refuseLeftLedger,
  SETTINGS_FILE,
  settingsJsonSchema,
} from '../../src/cli/settings-file.ts';
import { originOf, valuesOf } from '../../src/cli/values.ts';
import { aFolder } from '../builders.ts';
import { hireSync } from './child.ts';

/** A folder with a settings file. */
function aSettingsFile(content: string | object): string {
  const folder = aFolder();
  const written = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
  writeFileSync(join(folder, SETTINGS_FILE), written);
  return folder;
}

const said = (content: string | object, known?: Flags): string => {
  try {
    readSettingsFile(aSettingsFile(content), known);
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    return (error as Error).message;
  }
  return '';
};

describe('the settings file', () => {
  it('is not needed', () => expect(readSettingsFile(aFolder())).toBe(null));

  it.each<[string | object, string]>([
    [{ rte: 5 }, `${SETTINGS_FILE}:2: there is no setting "rte". Did you mean "rate"?`],
    [
      { 'log-level': 'info' },
      `${SETTINGS_FILE}:2: there is no setting "log-level". Did you mean "logLevel"?`,
    ],
    [{ rate: 9, colour: 1 }, `${SETTINGS_FILE}:3: there is no setting "colour". There is: ledger, source, `],
    [{ allow: ['empty'] }, 'there is no setting "allow". There is: '],
    [{ rate: 'fast' }, ':2: rate is "fast": it must be a number of requests per second from 0.1 to 1000'],
    [
      { rate: '9' },
      'rate is "9": it must be a number of requests per second from 0.1 to 1000, without quotes',
    ],
    [{ rate: null }, 'rate is null: it must be a number'],
    [{ redact: 'true' }, 'redact is "true": true or false, without quotes'],
    [{ report: 'a.html' }, 'report is "a.html": '],
    [{ report: ['a.html', 'a.pdf'] }, 'report.1 is "a.pdf": its ending names the format'],
    [{ lang: 'fr' }, 'lang is "fr": zh or en'],
    [
      '{"rate": 5,\n  "rate": 6}',
      `${SETTINGS_FILE}:2:3: not JSON: the name "rate" appears twice in one object.`,
    ],
    ['{"rate": 5,\n}', `${SETTINGS_FILE}:2:1: not JSON: expected a name in double quotes.`],
    ['// a comment\n{}', `${SETTINGS_FILE}:1:1: not JSON: expected a value.`],
    ['', 'not JSON: ends where a value is expected.'],
    ['[]', 'must hold one JSON object'],
  ])('%j is refused', (content, what) => expect(said(content)).toContain(what));

  it('tells all that is wrong at once, each with its line', () => {
    expect(said({ rate: 0, source: '', limt: 3 }).split('\n')).toEqual([
      `${SETTINGS_FILE}:2: rate is 0: it must be a number of requests per second from 0.1 to 1000`,
      `${SETTINGS_FILE}:3: source is "": it must be the name of a folder`,
      `${SETTINGS_FILE}:4: there is no setting "limt". Did you mean "limit"?`,
    ]);
  });

  it.each([
    [{ appSecret: 's3cret-91f' }],
    [{ FEISHU_APP_SECRET: 's3cret-91f' }],
    [{ accessToken: 's3cret-91f' }],
    [{ limiter: 'redis://user:s3cret-91f@localhost' }],
    [{ limiter: 's3cret-91f' }],
    [{ limiter: ['s3cret-91f'] }],
    [{ notify: { botUrlFile: 'https://open.feishu.cn/open-apis/bot/v2/hook/s3cret-91f' } }],
    [{ notify: { botUrlFile: ['https://s3cret-91f'] } }],
    [{ pingUrlFile: 'https://hc.example.com/s3cret-91f' }],
  ])('never quotes a secret: %#', (content) => {
    const what = said(content);
    expect(what).toMatch(/^\S+:[23]: /);
    expect(what).not.toContain('s3cret-91f');
    if (!['limiter', 'notify', 'pingUrlFile'].some((name) => name in content))
      expect(what).toMatch(/looks like a secret.*FEISHU_APP_SECRET_FILE/);
  });

  it('wants the address of a bot in a file of its own', () => {
    expect(said({ notify: { on: ['open'], webhookUrlFile: 'http://x' } })).toMatch(
      /:2: notify holds an address\. .* name that one in notify\.webhookUrlFile\.$/,
    );
    expect(said({ notify: { on: ['opened'] } })).toMatch(/notify\.on\.0: .*"failed"/);
  });

  it('sends a password of the limiter to the environment', () => {
    expect(said({ limiter: 'redis://:pw@localhost' })).toMatch(
      /limiter holds a user or a password.*HIRE_SYNC_LIMITER/,
    );
  });

  it('takes a mark of byte order, $schema, and what is nested', () => {
    const known = {
      ...SETTINGS,
      notify: nested(
        'whom to tell',
        z.strictObject({ url: z.string(), on: z.enum(['failed', 'always']).optional() }),
      ),
    };
    const folder = aSettingsFile('\uFEFF{"$schema": "./x.json", "notify": {"url": "https://example.com"}}');
    expect(readSettingsFile(folder, known)?.values).toEqual({ notify: { url: 'https://example.com' } });
    expect(said({ notify: { url: 'u', onn: 'failed' } }, known)).toBe(
      `${SETTINGS_FILE}:4: there is no setting "onn". Did you mean "on"?`,
    );
    expect(said({ notify: { url: 3 } }, known)).toMatch(/:3: notify\.url is 3: /);
    expect(said({ notify: { url: 'u', secret: 'abc' } }, known)).toMatch(/:4: "secret" looks like a secret/);
    expect(settingsJsonSchema(known)).toMatchObject({ properties: { notify: { required: ['url'] } } });
  });
});

describe('a value', () => {
  const FLAGS = settings('rate', 'ledger', 'report', 'redact', 'limiter', 'sourceAppId');
  const read = (file: object, line: object = {}, environment: Readonly<Record<string, string>> = {}) => {
    const folder = aSettingsFile(file);
    const cwd = '/elsewhere';
    const values = valuesOf(FLAGS, { line: { ...line }, environment, file: readSettingsFile(folder), cwd });
    return { folder, values };
  };

  it('comes from the command line, else the environment, else the file', () => {
    const file = { rate: 4, redact: true, sourceAppId: 'file', limiter: 'redis://file' };
    const { values } = read(file, { rate: '5' }, { SOURCE_FEISHU_APP_ID: 'env', HIRE_SYNC_LIMITER: '' });
    expect(values).toMatchObject({ rate: 5, redact: true, sourceAppId: 'env', limiter: { host: 'file' } });
    expect(['rate', 'redact', 'sourceAppId', 'ledger'].map((name) => originOf(values, name))).toEqual([
      'flag',
      'file',
      'environment',
      'default',
    ]);
    expect(read({ redact: true }, { redact: false }).values.redact).toBe(false);
  });

  it('that is a path starts where it was written', () => {
    const { folder, values } = read({ ledger: 'data/l.db', report: ['a.html', '/b.csv'] });
    expect(values).toMatchObject({
      ledger: join(folder, 'data/l.db'),
      report: [join(folder, 'a.html'), '/b.csv'],
    });
    const given = read({ ledger: 'data/l.db' }, { ledger: 'x.db', report: ['c.html'] }).values;
    expect(given).toMatchObject({ ledger: '/elsewhere/x.db', report: ['/elsewhere/c.html'] });
  });

  it('that is wrong is told with all others', () => {
    expect(() =>
      read({}, { rate: '1e3', ledger: '', report: ['a.x', 'b.y'] }, { HIRE_SYNC_LIMITER: 'pw' }),
    ).toThrow(
      [
        '--rate is "1e3": it must be a number of requests per second from 0.1 to 1000',
        '--ledger is "": it must be the name of a file',
        '--report is "a.x": its ending names the format, one of .txt, .json, .csv, .html',
        '--report is "b.y": its ending names the format, one of .txt, .json, .csv, .html',
        'HIRE_SYNC_LIMITER is no address of a Redis: redis://host:port, redis://host:port/db, or rediss:// for TLS',
      ].join('\n'),
    );
  });
});

it('a ledger that the file moves away from the one there is stops, until one is moved', async () => {
  const folder = aSettingsFile({ ledger: 'data/ledger.db' });
  const file = readSettingsFile(folder)!;
  const [left, here] = [join(folder, '.hire-sync/ledger.db'), join(folder, 'data/ledger.db')];
  refuseLeftLedger(file);
  mkdirSync(join(folder, '.hire-sync'));
  writeFileSync(left, '');
  expect(() => refuseLeftLedger(file)).toThrow(
    `has the ledger at ${here}, where there is none, but there is one at ${left}.`,
  );
  const run = async (...args: string[]) => (await hireSync(args, { cwd: folder })).stderr;
  const pull = ['pull', 'interviews', '--applications', 'none.txt', '--out', 'out.jsonl'];
  for (const args of [['status'], pull]) expect(await run(...args)).toContain('but there is one at');
  mkdirSync(join(folder, 'data'));
  writeFileSync(here, '');
  refuseLeftLedger(file);
  refuseLeftLedger({ folder, values: {}, profiles: {} });
});
