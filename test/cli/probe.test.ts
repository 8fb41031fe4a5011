import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/probe.ts';
import { findingsSchema } from '../../src/probe/findings.ts';
import { CHILD_ENV } from '../child-env.ts';
import { BIN } from './child.ts';
import { aPlace, type Place } from './place.ts';

const APPLICATION = '7435500000915106069';
const ARGS = ['probe', '--application', APPLICATION, '--rate', '200'];

it('probe prints a table, and writes what a sync heeds', async () => {
  const place = await aPlace({ repeat: 'creates', contentLimit: { characters: 300, over: 'refuses' } });
  const { code, stdout, stderr } = await place.run([...ARGS, '--yes']);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^same external_id, same body +ANOTHER OBJECT/m);
  expect(stdout).toMatch(/^longest content of an assessment +300 characters; more is refused: HTTP 400/m);
  const file = join(place.folder, '.hire-sync/probe.json');
  expect(stdout).toContain(`Written to ${file}.`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const findings = findingsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  expect(findings).toMatchObject({ application: APPLICATION, repeat: { sameBody: { answer: 'new-id' } } });
  expect(place.sandbox.interviews()).toEqual([]);

  // A create whose answer is lost in the middle would be sent again: here that would make a second one.
  place.sandbox.setFaults([
    { match: { endpoint: 'external_interview.create', nth: 1 }, fault: { kind: 'html', committed: true } },
  ]);
  const { report } = await place.sync(aPipeline(place));
  expect(report.rows).toMatchObject({ read: 1, created: 1 });
  expect(place.sandbox.interviews()).toHaveLength(1);
});

it('a sync refuses a damaged probe.json, and passes over one of another tenant with a word', async () => {
  const place = await aPlace();
  const pipeline = aPipeline(place);
  mkdirSync(join(place.folder, '.hire-sync'), { recursive: true });
  const file = join(place.folder, '.hire-sync/probe.json');
  writeFileSync(file, '{}');
  expect(await place.run(['sync', pipeline])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/probe\.json is not as/),
  });
  const made = await place.run([...ARGS, '--yes', '--json']);
  writeFileSync(file, made.stdout.replace('cli_e2e', 'cli_other'));
  const { code, stderr } = await place.run(['sync', pipeline]);
  expect(code).toBe(0);
  expect(stderr).toMatch(/probe\.json is about app cli_other at .*: the defaults count/);
});

it('what cannot be written down is told all the same', async () => {
  const place = await aPlace();
  writeFileSync(join(place.folder, 'taken'), '');
  const { code, stdout, stderr } = await place.run([...ARGS, '--yes', '--out', 'taken/probe.json']);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^same external_id, same body +the same id/m);
  expect(stdout).not.toContain('Written to');
  expect(stderr).toMatch(
    /^hire-sync: what was found could not be written to .*taken\/probe\.json \(E\w+\)\.\n$/,
  );
  expect(place.sandbox.interviews()).toEqual([]);
});

it('without a terminal and without --yes ends with 2, and sends nothing', async () => {
  const place = await aPlace();
  const { code, stdout, stderr } = await place.run(ARGS);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/There is no terminal to ask at: say --yes\. Nothing was sent\./);
  expect(place.sandbox.arrivals()).toEqual([]);
});

it.each([
  [{}, /--application is missing/],
  [{ application: 'abc' }, /--application is "abc"/],
])('with %j says what is wrong before anything else', async (flags, hint) => {
  await expect(commands[0]?.run({ yes: true, ...flags })).rejects.toThrow(hint);
});

it('Ctrl-C takes away what was made, and writes nothing down', async () => {
  const place = await aPlace();
  const { child, ended } = place.start(['probe', '--application', APPLICATION, '--yes', '--rate', '20']);
  await place.arrived(2);
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  expect(code).toBe(130);
  expect(stderr).toMatch(/^Stopping/);
  expect(place.sandbox.interviews()).toEqual([]);
  expect(place.writes().some(({ endpoint }) => endpoint.endsWith('.delete'))).toBe(true);
  expect(existsSync(join(place.folder, '.hire-sync/probe.json'))).toBe(false);
});

it.each([
  ['\u0004', 2, 0],
  ['\u0003', 130, 0],
  ['yes', 0, 1],
] as const)('on a terminal it asks first; %j ends with %i', async (typed, code, files) => {
  const place = await aPlace();
  // `script` gives it a terminal; without one it must not write.
  const command = [process.execPath, BIN, ...ARGS].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    cwd: place.folder,
    env: { ...CHILD_ENV, HOME: place.folder, TERM: 'dumb', ...place.env },
    timeout: 60_000,
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    if (!text.includes('go on:') && (text + piece).includes('go on:'))
      child.stdin.write(typed < ' ' ? typed : `${typed}\r`);
    text += piece;
  });
  const [exit] = (await once(child, 'close')) as [number];
  expect(text).toMatch(new RegExp(`test interviews .* under application ${APPLICATION} \\(app cli_e2e`));
  expect(exit).toBe(code);
  expect(Number(existsSync(join(place.folder, '.hire-sync/probe.json')))).toBe(files);
  if (files === 0) expect(place.sandbox.arrivals()).toEqual([]);
});

/** A pipeline of one row. */
function aPipeline({ folder }: Place): string {
  mkdirSync(join(folder, 'export'));
  writeFileSync(join(folder, 'export/rows.csv'), 'id,begin\n1,1709600700000\n');
  const file = join(folder, 'one.ts');
  writeFileSync(
    file,
    `import { csv, definePipeline, epochMs } from 'hire-sync';
export default definePipeline({
  name: 'one', target: 'external_interview', sourceDir: 'export',
  source: csv('rows.csv', { columns: ['id', 'begin'] }),
  key: (row) => row.id,
  map: (row) => ({ external_application_id: '${APPLICATION}', begin_time: epochMs(row.begin) }),
});`,
  );
  return file;
}
