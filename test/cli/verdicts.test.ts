import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aPlace, type Place } from './place.ts';

const ID = '6960663240925956437';
const FILES = {
  'i.csv': '编号,申请,面试结果,No hire?\n1,A,通过,no\n2,A,不通过,yes\n3,A,通过,no\n',
  'applications.csv': `申请,feishu\nA,${ID}\n`,
};

/** A pipeline of either target whose verdict is looked up in `column`, in a table such as `{ 通过: 2 }`. */
const pipeline = (target: string, column: string, table: string): string => `
import { csv, csvLookup, definePipeline, valueMap } from 'hire-sync';
const verdict = valueMap(${table});
export default definePipeline({
  name: 'own',
  target: '${target}',
  source: csv('i.csv', { columns: ['编号', '申请', '面试结果', 'No hire?'] }),
  lookups: { applications: csvLookup('applications.csv', '申请', 'feishu') },
  key: (row) => row.编号,
  map: (row, { lookup }) => ({
    external_application_id: lookup('applications', row.申请),
    ${
      target === 'external_interview'
        ? `interview_assessments: [{ username: '王强', conclusion: verdict(row['${column}']) }],`
        : `name: row.编号, result: verdict(row['${column}']),`
    }
  }),
});
`;

function write(place: Place, ...spec: Parameters<typeof pipeline>): void {
  mkdirSync(join(place.folder, 'export'), { recursive: true });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(place.folder, 'export', name), text);
  writeFileSync(join(place.folder, 'own.ts'), pipeline(...spec));
}

it.each([
  {
    target: 'external_interview',
    swapped: '{ 通过: 1, 不通过: 2 }',
    en: '通过 → fail (1) 2 [the other way] · 不通过 → pass (2) 1 [the other way]',
    zh: '列 面试结果：通过 → 不通过 (1) 2 [方向相反] · 不通过 → 通过 (2) 1 [方向相反]',
    note: '“通过”会写成“不通过 (1)”',
  },
  {
    target: 'external_background_check',
    swapped: "{ 通过: '不合格', 不通过: '合格' }",
    en: '通过 → 不合格 2 [the other way] · 不通过 → 合格 1 [the other way]',
    zh: '列 面试结果：通过 → 不合格 2 [方向相反] · 不通过 → 合格 1 [方向相反]',
    note: '“通过”会写成“不合格”',
  },
])(
  'pass and fail of $target swapped: nothing is written, and column and words are named',
  async ({ target, swapped, en, zh, note }) => {
    const place = await aPlace();
    write(place, target, '面试结果', swapped);
    const args = ['own.ts', '--source', 'export'];

    const validated = await place.run(['validate', ...args]);
    expect([validated.code, validated.stdout]).toEqual([4, expect.stringContaining(en)]);
    expect(validated.stdout).toContain('A sync would stop: column 面试结果 of i.csv is mapped the other way');
    const planned = await place.run([
      'plan',
      ...args,
      '--report',
      'plan.html',
      '--report',
      'zh.txt',
      '--lang',
      'zh',
    ]);
    expect(planned.code).toBe(4);
    expect(planned.stdout).toContain(zh);
    expect(planned.stdout).toContain(note);
    expect(planned.stderr).toMatch(/reversed：i\.csv 的“面试结果”列.*--allow reversed/s);
    const page = readFileSync(join(place.folder, 'plan.html'), 'utf8');
    expect(page).toMatch(/通过<\/th><td[^>]*>→ .*方向相反.*the other way/);
    expect(page).toContain(note);
    expect(page).toContain('Correct the pipeline; if it is right, --allow reversed');
    const synced = await place.sync(...args);
    expect(synced.code).toBe(4);
    expect(place.writes()).toEqual([]);

    // Somebody who knows that it is right.
    expect((await place.run(['validate', ...args, '--allow', 'reversed'])).code).toBe(0);
    expect((await place.sync(...args, '--allow', 'reversed')).code).toBe(0);
    expect(place.writes()).toHaveLength(3);
  },
);

it('`No hire?` yes is a fail: no guard, but somebody should look', async () => {
  const place = await aPlace();
  write(place, 'external_interview', 'No hire?', '{ yes: 1, no: 2 }');
  const args = ['own.ts', '--source', 'export'];
  const planned = await place.run(['plan', ...args]);
  expect(planned.code).toBe(0);
  expect(planned.stdout).toContain(
    'column No hire?: no → pass (2) 2 [needs an eye] · yes → fail (1) 1 [needs an eye]\n  Have an eye on column No hire?:',
  );
  const synced = await place.sync(...args);
  expect(synced.code).toBe(0);

  // The next night only what changed is read: how many that are is said.
  writeFileSync(join(place.folder, 'export', 'i.csv'), `${FILES['i.csv']}4,A,通过,no\n`);
  const next = await place.run(['plan', ...args]);
  expect(next.stdout).toContain('(of the 1 record read tonight):');
  expect(next.stdout).toContain('column No hire?: no → pass (2) 1 [needs an eye]\n');
});

it('counts what goes in, and says where code sets a verdict that no table maps', async () => {
  const place = await aPlace();
  write(place, 'external_interview', '面试结果', '{ 通过: 2, 不通过: 1 }');
  const args = ['own.ts', '--source', 'export'];
  writeFileSync(join(place.folder, 'export/i.csv'), `${FILES['i.csv']},A,通过,no\n5,A,待定,no\n`);
  // One has no key, one a word that the table does not know.
  const rejected = await place.run(['plan', ...args]);
  expect(rejected.stdout).toContain('column 面试结果: 通过 → pass (2) 2 · 不通过 → fail (1) 1\n');
  expect(rejected.stdout).toContain('2 rejected');

  const file = join(place.folder, 'own.ts');
  const coded = "conclusion: row.面试结果 === '通过' ? 2 : 1";
  writeFileSync(file, readFileSync(file, 'utf8').replace("conclusion: verdict(row['面试结果'])", coded));
  const validated = await place.run(['validate', ...args]);
  expect(validated.stdout).toMatch(
    /set by the pipeline's code\): pass \(2\) 2 · fail \(1\) 2 \[needs an eye\]\n {2}Have an eye on .*no word of a column could be followed to it/,
  );
  const page = await place.run(['plan', ...args, '--report', 'plan.html', '--json']);
  expect(JSON.parse(page.stdout)).toMatchObject({
    verdicts: {
      tables: [],
      coded: [
        {
          path: 'interview_assessments.conclusion',
          values: [
            { value: 2, count: 2 },
            { value: 1, count: 2 },
          ],
        },
      ],
    },
  });
  expect(readFileSync(join(place.folder, 'plan.html'), 'utf8')).toMatch(/由同步规则的代码填写[\s\S]*请核对/);
});

it('says with both numbers what no word accounts for, and stops where a word is turned in some rows', async () => {
  const place = await aPlace();
  write(place, 'external_interview', '面试结果', '{ 通过: 2, 不通过: 1 }');
  const args = ['own.ts', '--source', 'export'];
  const file = join(place.folder, 'own.ts');
  const right = "verdict(row['面试结果'])";
  const own = readFileSync(file, 'utf8');
  // The word is looked up in all rows, and turned in the last.
  const conclusion = `(row.编号 === '3' ? 3 - ${right} : ${right})`;
  writeFileSync(file, own.replace(right, conclusion));
  const turned = await place.run(['validate', ...args]);
  expect([turned.code, turned.stdout]).toEqual([
    4,
    expect.stringContaining('通过 → fail (1) at least 1 of 2 [the other way]'),
  ]);
  expect(turned.stdout).toContain('通过 → 不通过 fail (1) in at least 1 of 2 cells');

  // Whatever the word says, the last one fails: no guard, but both numbers.
  writeFileSync(file, own.replace(right, `(row.编号 === '3' ? (${right}, 1) : ${right})`));
  const zh = await place.run([
    'plan',
    ...args,
    '--lang',
    'zh',
    '--report',
    'plan.html',
    '--report',
    'plan.json',
  ]);
  expect(zh.code).toBe(0);
  expect(zh.stdout).toContain('通过 → 通过 (2) 2 · 不通过 → 不通过 (1) 1 [请核对]\n');
  expect(zh.stdout).toContain('“不通过 (1)”写入 2 个，对照表能解释 1 个');
  const page = readFileSync(join(place.folder, 'plan.html'), 'utf8');
  expect(page).toContain('fail (1): 2 go in, 1 accounted for');
  expect(page).toMatch(/i\.csv · [^\n]*needs an eye/);
  expect(JSON.parse(readFileSync(join(place.folder, 'plan.json'), 'utf8'))).toMatchObject({
    verdicts: {
      unexplained: [
        {
          path: 'interview_assessments.conclusion',
          values: [
            { value: 1, count: 2, explained: 1 },
            { value: 2, count: 1, explained: 1 },
          ],
        },
      ],
    },
  });
});
