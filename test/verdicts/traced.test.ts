import { describe, expect, it } from 'vitest';
import { valueMap } from '../../src/mapping/values.ts';
import { definePipeline } from '../../src/pipeline/define.ts';
import { csv } from '../../src/readers/csv.ts';
import { join } from '../../src/readers/join.ts';
import { many } from '../../src/readers/many.ts';
import { COLUMNS, interviews, one, PASS, RESULTS, sheet } from './one-sheet.ts';
import { told, validated } from './tables.ts';

const tablesOf = async (...args: Parameters<typeof validated>) =>
  told((await validated(...args)).verdicts?.tables);

describe('a word is followed to the field in which it ends', () => {
  const verdict = valueMap(PASS);
  const asText = valueMap({ 通过: 'p', 不通过: 'f', 待定: 'w' });
  const RIGHT = ['result → conclusion: 通过 2 ×2, 不通过 1 ×1, 待定 3 ×1'];

  it('as it is', async () =>
    expect(
      await tablesOf(
        interviews(({ result }) => one(verdict(result))),
        RESULTS,
      ),
    ).toEqual(RIGHT));

  it('once, though it is looked up to skip, to choose and to map', async () => {
    const pipeline = interviews(
      ({ result }) => (verdict(result) === 2 ? one(verdict(result)) : one(verdict(result))),
      ({ result }) => verdict(result) === 3 && 'pending',
    );
    expect(await tablesOf(pipeline, RESULTS)).toEqual(RIGHT);
  });

  it('turned by the pipeline into another value, of which other columns may decide', async () => {
    const pipeline = interviews(({ result }) => one({ p: 2, f: 1, w: 3 }[asText(result)]));
    expect(await tablesOf(pipeline, RESULTS)).toEqual([
      'result ⇢ conclusion: 通过 2 ×2, 不通过 1 ×1, 待定 3 ×1',
    ]);
  });

  it('turned round after the table: what Feishu would hold counts', async () => {
    const pipeline = interviews(({ result }) => one(verdict(result) === 3 ? 3 : 3 - verdict(result)));
    const { complaints, verdicts } = await validated(pipeline, RESULTS);
    expect(told(verdicts?.tables)).toEqual([
      'result ⇢ conclusion: 通过 1 ×2 reversed, 不通过 2 ×1 reversed, 待定 3 ×1',
    ]);
    expect(complaints).toEqual([
      {
        guard: 'reversed',
        path: 'interview_assessments.conclusion',
        file: 'i.csv',
        column: 'result',
        words: [
          { word: '通过', value: 1, count: 2 },
          { word: '不通过', value: 2, count: 1 },
        ],
      },
    ]);
  });

  it('where it only sometimes decides', async () => {
    const yes = valueMap({ 通过: true, 不通过: false });
    const both = valueMap({ 通过: true, 不通过: false });
    const pipeline = interviews(({ result, other }) => one(yes(result) && both(other) ? 2 : 1));
    const rows = sheet(['通过', '', '不通过'], ...Array.from({ length: 9 }, () => ['通过', '', '通过']), [
      '不通过',
      '',
      '通过',
    ]);
    expect(await tablesOf(pipeline, rows)).toEqual([
      'result ⇢ conclusion: 通过 2 ×10, 不通过 1 ×1',
      // Of the last row it is not asked.
      'other ⇢ conclusion: 通过 2 ×9, 不通过 1 ×1',
    ]);
  });

  it('where the first row that has it is rejected', async () => {
    const refuses = interviews(({ result, other }) => ({
      ...one(verdict(result)),
      begin_time: other === 'x' ? 1 : null,
    }));
    const rows = sheet(['通过', '', 'x'], ['通过', '', ''], ['不通过', '', '']);
    expect(await tablesOf(refuses, rows)).toEqual(['result → conclusion: 通过 2 ×1, 不通过 1 ×1']);
  });

  it('where a table is made anew for every row, and where assessments come and go with it', async () => {
    const pipeline = definePipeline({
      name: 'children',
      target: 'external_interview',
      source: join(csv('i.csv', { columns: COLUMNS }), {
        said: many(csv('said.csv', { columns: ['id', 'who', 'result'] }), 'id'),
      }),
      key: (row) => row.id,
      map: (row) => {
        const own = valueMap({ ...PASS, 未评: undefined });
        return {
          external_application_id: '1',
          interview_assessments: row.said
            .filter((one) => own(one.result))
            .map((one) => ({ username: one.who, conclusion: own(one.result) })),
        };
      },
    });
    const files = {
      ...sheet(['', '', ''], ['', '', '']),
      'said.csv': 'id,who,result\n0,a,通过\n0,b,未评\n0,c,不通过\n1,a,通过\n',
    };
    expect(await tablesOf(pipeline, files)).toEqual([
      'said.result → conclusion: 通过 2 ×2, 未评 - ×1, 不通过 1 ×1',
    ]);
  });

  it('not where it ends in another field, or in none', async () => {
    const pipeline = interviews(
      ({ result, came }) => ({
        interview_assessments: [{ username: '王强', content: asText(result) + came }],
      }),
      ({ other }) => valueMap({ '': false, x: true })(other) && 'x',
    );
    expect(await tablesOf(pipeline, RESULTS)).toEqual([]);
  });
});

describe('the guard reversed', () => {
  const guarded = async (table: Record<string, number>, column: 'result' | 'came' = 'result') => {
    const look = valueMap(table);
    const pipeline =
      column === 'came'
        ? interviews((row) => ({ participate_status: look(row.came) }))
        : interviews((row) => one(look(row.result)));
    const words = Object.keys(table).map((word) => (column === 'came' ? ['', word, ''] : [word, '', '']));
    const { complaints, verdicts } = await validated(pipeline, sheet(...words));
    return { guards: complaints.map(({ guard }) => guard), words: verdicts?.tables[0]?.words };
  };

  it.each([
    ['通过', 1],
    [' 不 通 过 ', 2],
    ['未通过', 2],
    ['淘汰', 2],
    ['PASS', 1],
    ['Strong Yes', 1],
    ['No-Hire', 2],
    ['Ｒｅｊｅｃｔ', 2],
  ])('is about %s as %i', async (word, conclusion) =>
    expect((await guarded({ [word]: conclusion })).guards).toEqual(['reversed']),
  );

  it.each([
    ['爽约', 2],
    ['no show', 2],
    ['已参加', 3],
  ])('is about %s as %i', async (word, status) =>
    expect((await guarded({ [word]: status }, 'came')).guards).toEqual(['reversed']),
  );

  it.each([
    ['通过', 3],
    ['放弃', 2],
    ['通过(待复核)', 1],
    ['不通', 2],
  ])('is not about %s as %i', async (word, conclusion) =>
    expect((await guarded({ [word]: conclusion })).guards).toEqual([]),
  );

  it('is not about bare words: yes in a column `No hire?` is a fail, and a person must look', async () => {
    const bare = await guarded({ yes: 1, no: 2, 是: 1, 否: 2, Y: 1, N: 2, A: 2, 1: 1, '3.5': 2 });
    expect(bare.guards).toEqual([]);
    expect(bare.words?.map(({ is }) => is)).toEqual(Array.from({ length: 9 }, () => 'needs-an-eye'));
  });

  it('is about a no-show that is not attended as little as about an attended one that is', async () =>
    expect((await guarded({ 未参加: 1, 爽约: 3, 已参加: 2 }, 'came')).guards).toEqual([]));

  it('is about the free text of a background check as well', async () => {
    const grade = valueMap({ 无风险: '高风险', 高风险: '无风险', 中风险: '中风险' });
    const pipeline = definePipeline({
      name: 'checks',
      target: 'external_background_check',
      source: csv('i.csv', { columns: COLUMNS }),
      key: (row) => row.id,
      map: (row) => ({ external_application_id: '1', result: `${grade(row.result)}\n${row.other}` }),
    });
    const { complaints, verdicts } = await validated(
      pipeline,
      sheet(['无风险', '', '好'], ['中风险', '', '']),
    );
    expect(complaints.map(({ guard }) => guard)).toEqual(['reversed']);
    expect(told(verdicts?.tables)).toEqual(['result → result: 无风险 高风险 ×1 reversed, 中风险 中风险 ×1']);
  });
});
