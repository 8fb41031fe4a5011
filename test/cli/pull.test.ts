import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/pull.ts';
import { NIGHT_1, rowsOf } from './exports.ts';
import { aPlace, PIPELINE } from './place.ts';

it('pull takes all applications of a lookup, and writes a file and its manifest', async () => {
  const place = await aPlace();
  await place.sync();
  const args = ['pull', 'interviews', '--pipeline', PIPELINE, '--lookup', 'applications', '--rate', '200'];
  const { code, stdout, stderr } = await place.run([...args, '--out', 'audit/all.csv', '--json']);
  // A value that Excel destroyed is told, not passed over in silence.
  expect(code).toBe(3);
  expect(stderr).toMatch(/^No ids, and passed over: applications\.csv, .*line 55: "6\.96066E\+18"/);
  const ids = new Set(
    rowsOf(NIGHT_1, 'applications')
      .map((row) => row.external_application_id ?? '')
      .filter((id) => /^\d+$/.test(id)),
  );
  expect(JSON.parse(stdout)).toMatchObject({
    kind: 'interviews',
    format: 'csv',
    file: 'all.csv',
    objects: place.sandbox.interviews().length,
    applications: { read: ids.size },
  });
  const text = readFileSync(join(place.folder, 'audit/all.csv'), 'utf8');
  for (const { id } of place.sandbox.interviews()) expect(text).toContain(id);
  // Nothing of a candidate is said, and nothing was written to Feishu.
  expect(place.writes().every(({ endpoint }) => endpoint === 'external_interview.create')).toBe(true);
});

const LIST = { applications: 'ids.txt', out: 'x' };
it.each([
  ['offers', LIST, /"offers" cannot be pulled; there is: interviews/],
  ['interviews', { applications: 'ids.txt' }, /--out FILE/],
  ['interviews', { out: 'x' }, /--applications FILE .*--pipeline FILE --lookup NAME/],
  ['interviews', { ...LIST, applications: 'none.txt' }, /none\.txt .* cannot be read \(ENOENT\)/],
  ['interviews', { ...LIST, format: 'xml' }, /jsonl or csv/],
  ['interviews', { ...LIST, applications: '-', column: 'id' }, /--column needs a file/],
  ['interviews', { out: 'x', pipeline: PIPELINE, lookup: 'aplications' }, /lookups: applications/],
])('%s with %j says what is wrong before anything else', async (what, flags, hint) => {
  await expect(commands[0]?.run(flags, what)).rejects.toThrow(hint);
});

it('says what to do when its folder cannot be made', async () => {
  const place = await aPlace();
  writeFileSync(join(place.folder, 'ids.txt'), '123\n');
  const args = ['pull', 'interviews', '--applications', 'ids.txt', '--out', 'ids.txt/all.jsonl'];
  const { code, stderr } = await place.run(args);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/all\.jsonl cannot be written \(E\w+\)\. .*then run/),
  ]);
});

it('names the lines of a list that hold no id', async () => {
  const place = await aPlace();
  writeFileSync(join(place.folder, 'ids.txt'), '\uFEFF123\r\n\r\n6.96066E+18\r\n123\r\n');
  const { code, stderr } = await place.run(['pull', 'interviews', '--out', 'x', '--applications', 'ids.txt']);
  expect(code).toBe(4);
  expect(stderr).toMatch(/ids\.txt: line 3: "6\.96066E\+18"\. An application id has 1 to 20 digits/);
});
