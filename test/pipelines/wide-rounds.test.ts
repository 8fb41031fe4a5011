import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../cli/child.ts';
import { aPlace } from '../cli/place.ts';
import { aSource, sharedData } from './shared-data.ts';

/** As `hashKey` documents it: no telephone number in keys. */
const keyOf = (...parts: string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24);

const PIPELINE = join(ROOT, 'pipelines/wide-rounds.ts');
const SHEET = 'wide-rounds.utf8.csv';
const data = sharedData(`china/${SHEET}`);
const LOOKUP = {
  'feishu-applications.csv':
    '电话:职位,external_application_id\n18100009999:后端工程师,6960663240925956401\n18600001111:算法,6960663240925956402\n18700002222:后端工程师,6960663240925956403\n',
};

it('the pipeline of the wide sheet has at most 40 lines', () => {
  expect(readFileSync(PIPELINE, 'utf8').split('\n').length - 1).toBeLessThanOrEqual(40);
});

describe.skipIf(data === undefined)('the wide sheet', () => {
  const aSheet = async () => {
    const place = await aPlace();
    const source = aSource(place.folder, data ?? [], LOOKUP);
    return { place, source, args: [PIPELINE, '--source', source] as const };
  };

  it('brings up to three interviews of a row, 建议复试 as 2 and 放弃 as 1', async () => {
    const { place, args } = await aSheet();
    const { report } = await place.sync(...args);
    expect(report).toMatchObject({ exitCode: 3, rows: { read: 9, created: 5, skipped: 3, rejected: 1 } });
    const bodies = new Map(place.sandbox.interviews().map(({ externalId, body }) => [externalId, body]));
    const verdicts = [...bodies].map(([key, body]) => [
      key?.replace('wide-rounds:', ''),
      body.interview_assessments?.map(({ username, conclusion }) => [username, conclusion]),
    ]);
    expect(Object.fromEntries(verdicts)).toEqual({
      [keyOf('18100009999', '后端工程师', '初试')]: [['王强', 2]],
      [keyOf('18100009999', '后端工程师', '复试')]: [['刘芳', 2]],
      [keyOf('18100009999', '后端工程师', '终试')]: [['陈静', 2]],
      [keyOf('18600001111', '算法', '初试')]: [['王强', 1]],
      [keyOf('18700002222', '后端工程师', '复试')]: [['刘芳', 3]],
    });
  });

  it('keeps scores and grades as they are written, in the columns of their round', async () => {
    const { place, args } = await aSheet();
    await place.sync(...args);
    // Told by position, because the sheet repeats the names of its columns.
    const [header = [], row = []] = parse(readFileSync(data?.[0] ?? '', 'utf8')) as string[][];
    const round = (from: number, to: number, without: string) =>
      header
        .map((title, at) => ({ assessment_type: 3, title, content: row[at]!, at }))
        .filter(
          ({ at, title, content }) => at >= from && at < to && content !== '' && !title.startsWith(without),
        )
        .map(({ at, ...dimension }) => dimension);
    const expected = {
      初试: round(4, 13, '初试结果'),
      复试: round(13, 25, '复试结果'),
      终试: round(25, 36, '终试结果'),
    };
    for (const [name, all] of Object.entries(expected)) {
      const body = place.sandbox
        .interviews()
        .find(
          ({ externalId }) => externalId === `wide-rounds:${keyOf('18100009999', '后端工程师', name)}`,
        )?.body;
      const answers = all.filter(({ title }) => title !== `${name}面试官`);
      const byTitle = (list: readonly { title?: string }[]) =>
        list.toSorted((a, b) => ((a.title ?? '') < (b.title ?? '') ? -1 : 1));
      expect(byTitle(body?.interview_assessments?.[0]?.assessment_dimension_list ?? [])).toEqual(
        byTitle(answers),
      );
      expect(body).toMatchObject({ external_application_id: '6960663240925956401', participate_status: 2 });
    }
    expect(expected.初试.map(({ content }) => content)).toContain('4.5');
    expect(expected.终试.map(({ content }) => content)).toContain('S');
  });

  it('names the sheet’s own column where an interviewer is missing, and takes the corrected row', async () => {
    const { place, source, args } = await aSheet();
    const { report } = await place.sync(...args);
    expect(report.rejects).toMatchObject([
      {
        key: keyOf('18700002222', '后端工程师', '初试'),
        file: SHEET,
        line: 4,
        problems: [{ code: 'VALUE_MISSING', field: '初试面试官', message: 'is empty, but is required' }],
      },
    ]);
    const file = join(source, SHEET);
    const text = readFileSync(file, 'utf8');
    // The eighth cell behind the 待定 of the first round belongs to the second: only the interviewer is filled in.
    writeFileSync(file, text.replace('3.5,3.5,3.5,,,待定,,,', '3.5,3.5,3.5,,,待定,,王强,'));
    const again = await place.sync(...args);
    expect(again.report.rows).toMatchObject({ created: 1, unchanged: 5, skipped: 3, rejected: 0 });
  });

  it('refuses a verdict that is not in its table', async () => {
    const { place, source, args } = await aSheet();
    const file = join(source, SHEET);
    writeFileSync(file, readFileSync(file, 'utf8').replace('放弃', '放弃\u200B'));
    const { report } = await place.plan(...args);
    const problems = report.rejects.flatMap((reject) => reject.problems);
    expect(problems).toContainEqual(
      expect.objectContaining({
        code: 'VALUE_UNKNOWN',
        field: '初试结果',
        message: expect.stringContaining('it has U+200B zero width space as character 3'),
      }),
    );
  });
});
