import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openPlace as aPlaceFor, type Place } from './place.ts';

const SECRET = '张三的评语';

/** A pipeline of three rows that does `loads` when it is loaded and `maps` for each row; `maps` begins in line 12. */
function aPipeline(place: Place, { loads = '', maps = '' }): string {
  const file = join(place.folder, 'mine.ts');
  writeFileSync(join(place.folder, 'rows.csv'), `id,text\n1,${SECRET}\n2,${SECRET}\n3,${SECRET}\n`);
  writeFileSync(
    file,
    `import { csv, definePipeline } from 'hire-sync';
${loads}
export default definePipeline({
  name: 'mine',
  target: 'external_interview',
  sourceDir: '.',
  source: csv('rows.csv', { columns: ['id', 'text'] }),
  key: (row) => row.id,
  map: (row, context) => {
    // Whatever a pipeline's author may think of.
    //
    ${maps}
    return { external_application_id: '1' };
  },
});
`,
  );
  return file;
}

const nothingSent = (place: Place) => expect(place.writes()).toEqual([]);

it.concurrent.each([
  ['plan', 'process.exit(0)'],
  ['validate', 'process.exit(7)'],
  ['sync', 'process.exit()'],
] as const)(
  '%s: a mapping that calls %s ends nothing; it is told with its place and what to do instead',
  async (command, maps) => {
    const place = await aPlaceFor();
    const { code, stdout, stderr } = await place.start([command, aPipeline(place, { maps: `${maps};` })])
      .ended;
    expect(stderr).toMatch(
      /^(?:(?:No ledger yet|New ledger): .*\n)?hire-sync: mine\.ts:12 calls process\.exit\(\d?\), .*context\.reject\(message\)\.\n$/,
    );
    expect([code, stdout]).toEqual([2, '']);
    nothingSent(place);
    await place.close();
  },
);

it.concurrent('so is one that is called while the file is loaded', async () => {
  const place = await aPlaceFor();
  const { code, stderr } = await place.start(['plan', aPipeline(place, { loads: 'process.exit(0);' })]).ended;
  expect(stderr).toMatch(
    /^hire-sync: .*mine\.ts:2: the file calls process\.exit\(0\), which would end the run/,
  );
  expect(code).toBe(2);
  await place.close();
});

it.concurrent.each([
  ['console.log', 'console.log(row.text);'],
  ['console.error', 'console.error(row.text);'],
  ['console.table', 'console.table([row.text]);'],
  ['process.stdout.write', 'process.stdout.write(row.text);'],
])('what a pipeline prints with %s is neither in the report nor in a log', async (_, maps) => {
  const place = await aPlaceFor();
  const plan = await place.start(['plan', aPipeline(place, { maps }), '--json']).ended;
  expect(JSON.parse(plan.stdout)).toMatchObject({ rows: { created: 3 } });
  expect(plan.stderr).toMatch(
    /^(?:No ledger yet: .*\n)?hire-sync: mine\.ts:12 prints\. What a pipeline prints is left out: .*\n$/,
  );
  expect(plan.stderr + plan.stdout).not.toContain(SECRET);
  expect(plan.code).toBe(0);
  await place.close();
});

it.concurrent.each([
  [
    'a rejection that nobody handles',
    'void Promise.reject(new TypeError(row.text));',
    /mine\.ts:12 fails .*\(TypeError,/,
  ],
  ['one that is no error', 'void Promise.reject(row.text);', /the pipeline mine\.ts fails .*\(string,/],
  [
    'a timer that throws',
    'setTimeout(() => { throw new RangeError(row.text); });',
    /mine\.ts:12 fails .*\(RangeError,/,
  ],
  ['a timer that ends the process', 'setTimeout(() => process.exit(0));', /mine\.ts:12 calls process\.exit/],
])('%s stops a sync before it writes, and makes a plan none', async (_, maps, says) => {
  const place = await aPlaceFor();
  const pipeline = aPipeline(place, { maps });
  for (const command of ['sync', 'plan']) {
    const { code, stdout, stderr } = await place.start([command, pipeline]).ended;
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain('internal error');
    expect(stderr + stdout).not.toContain(SECRET);
    expect(code, stdout).toBeGreaterThan(0);
  }
  nothingSent(place);
  await place.close();
});

it.concurrent('a timer that a pipeline leaves behind does not keep the process alive', async () => {
  const place = await aPlaceFor();
  const pipeline = aPipeline(place, { loads: 'setInterval(() => {}, 1000);' });
  expect(await place.start(['plan', pipeline]).ended).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^No ledger yet: .*\n$/),
  });
  await place.close();
});
