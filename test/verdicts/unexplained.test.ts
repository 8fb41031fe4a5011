import { describe, expect, it } from 'vitest';
import { valueMap } from '../../src/mapping/values.ts';
import { interviews, one, PASS, RESULTS, sheet } from './one-sheet.ts';
import { told, validated } from './tables.ts';

describe('what no word of its row accounts for', () => {
  const verdict = valueMap(PASS);
  const seen = async (...args: Parameters<typeof validated>) => {
    const { complaints, verdicts } = await validated(...args);
    const odd = (verdicts?.unexplained ?? []).flatMap(({ values }) =>
      values.map(({ value, count, explained }) => `${value}: ${count}, ${explained} explained`),
    );
    return { tables: told(verdicts?.tables), odd, guards: complaints.map(({ guard }) => guard), verdicts };
  };
  /** Fails and passes of the last round are turned round. */
  const turned = interviews(({ result, other }) =>
    one(other === '终面' && result !== '待定' ? 3 - verdict(result) : verdict(result)),
  );
  const some = (count: number, ...cells: readonly string[]) => Array.from({ length: count }, () => cells);

  it('a few passes that become fails stop the run, though most do not', async () => {
    const rows = sheet(
      ...some(9, '通过', '', '初试'),
      ...some(9, '不通过', '', '初试'),
      ...some(5, '通过', '', '终面'),
    );
    const { tables, odd, guards, verdicts } = await seen(turned, rows);
    expect(tables).toEqual(['result ⇢ conclusion: 通过 1 ×14 reversed, 不通过 1 ×9']);
    expect(verdicts?.tables[0]?.words[0]?.some).toBe(5);
    expect(odd).toEqual(['1: 14, 9 explained', '2: 9, 9 explained']);
    expect(guards).toEqual(['reversed']);
  });

  it('is seen where as many are turned one way as the other', async () => {
    const both = [...some(3, '通过', '', '终面'), ...some(3, '不通过', '', '终面')];
    const rows = sheet(...some(9, '通过', '', ''), ...some(9, '不通过', '', ''), ...both);
    const { odd, guards } = await seen(turned, rows);
    expect(odd).toEqual(['2: 12, 9 explained', '1: 12, 9 explained']);
    expect(guards).toEqual(['reversed']);
  });

  it('is no guard where another column decides instead of the word, but somebody should look', async () => {
    const absent = interviews(({ result, came }) => {
      const said = verdict(result);
      return one(came === '爽约' ? 1 : said);
    });
    const rows = sheet(...some(4, '通过', '', ''), ...some(2, '通过', '爽约', ''));
    const { tables, odd, guards } = await seen(absent, rows);
    expect(tables).toEqual(['result → conclusion: 通过 2 ×6']);
    expect(odd).toEqual(['2: 4, 4 explained', '1: 2, 0 explained']);
    expect(guards).toEqual([]);
  });

  it('is neither where the worse of two columns counts', async () => {
    const worse = interviews(({ result, other }) => {
      const both = [verdict(result), verdict(other)];
      return one(both.includes(1) ? 1 : both.includes(3) ? 3 : 2);
    });
    // A 待定 that outweighs a fail makes the pass beside the fail matter.
    const pending = interviews(({ result, other }) => {
      const both = [verdict(result), verdict(other)];
      return one(both.includes(3) ? 3 : both.includes(1) ? 1 : 2);
    });
    const kinds = ['通过', '不通过', '待定'];
    const rows = sheet(...kinds.flatMap((a) => kinds.map((b) => [a, '', b])));
    expect(await seen(worse, rows)).toMatchObject({ odd: [], guards: [] });
    expect(await seen(pending, rows)).toMatchObject({ odd: [], guards: [] });
  });

  it('is a column that code swaps beside one that a table maps', async () => {
    const beside = interviews(({ result, other }) => ({
      interview_assessments: [
        { username: 'a', conclusion: verdict(result) },
        { username: 'b', conclusion: other === '通过' ? 1 : 2 },
      ],
    }));
    const { odd, guards } = await seen(
      beside,
      sheet(...some(3, '通过', '', '通过'), ...some(2, '不通过', '', '通过')),
    );
    expect(odd).toEqual(['1: 7, 4 explained', '2: 3, 3 explained']);
    expect(guards).toEqual([]);
  });

  it('is nothing where one verdict stands for several interviewers, is sorted by, or stands in for an empty one', async () => {
    const shared = interviews(({ result }) => ({
      interview_assessments: ['a', 'b'].map((username) => ({ username, conclusion: verdict(result) })),
    }));
    const words = valueMap({ 待定: 3, 不通过: 1, 通过: 2, '': undefined });
    const sorted = interviews(({ result, other }) => ({
      interview_assessments: [words(result) ?? 3, words(other) ?? 3]
        .sort((a, b) => b - a)
        .map((conclusion, i) => ({ username: `${i}`, conclusion })),
    }));
    const rows = sheet(['通过', '', '不通过'], ['', '', '通过'], ['不通过', '', '通过'], ['待定', '', '']);
    expect(await seen(sorted, rows)).toMatchObject({ odd: [], guards: [] });
    expect(await seen(shared, RESULTS)).toMatchObject({ odd: [], guards: [] });
  });
});
