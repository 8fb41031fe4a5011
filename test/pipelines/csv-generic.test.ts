import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../cli/child.ts';
import { aPlace } from '../cli/place.ts';
import { aSource, sharedData } from './shared-data.ts';

const PIPELINE = join(ROOT, 'pipelines/csv-generic.ts');
const data = sharedData('generic/applications.csv', 'generic/interviews.csv', 'generic/feedback.csv');

type Row = Readonly<Record<string, string>>;
const rowsOf = (name: string): Row[] =>
  parse(readFileSync(data?.find((file) => file.endsWith(name)) ?? ''), { columns: true, bom: true });

it('the generic pipeline has at most 40 lines', () => {
  expect(readFileSync(PIPELINE, 'utf8').split('\n').length - 1).toBeLessThanOrEqual(40);
});

describe.skipIf(data === undefined)('the export of a generic ATS', () => {
  it('joins 1,226 interviews with their feedback and brings them all', { timeout: 120_000 }, async () => {
    const place = await aPlace();
    const applications = rowsOf('applications.csv').map(({ ApplicationID }) => ApplicationID);
    const ids = new Map(applications.map((no, index) => [no, `${6_960_663_240_900_000n + BigInt(index)}`]));
    const lookup = [...ids].map(([no, id]) => `${no},${id}\n`).join('');
    const source = aSource(place.folder, data ?? [], {
      'feishu-applications.csv': `ApplicationID,external_application_id\n${lookup}`,
    });
    const args = [PIPELINE, '--source', source] as const;
    const planned = await place.plan(...args);
    expect(planned.report).toMatchObject({ exitCode: 0, rows: { read: 1226, created: 1226, rejected: 0 } });

    const { report } = await place.sync(...args, '--allow', 'existing-content');
    expect(report).toMatchObject({ exitCode: 0, rows: { read: 1226, created: 1226 } });

    // Told from the files alone, in other words than the pipeline's.
    const texts = new Map(rowsOf('feedback.csv').map((row) => [row.InterviewID, row.FeedbackText]));
    const bodies = new Map(
      place.sandbox
        .interviews()
        .map(({ externalId, body }) => [externalId?.replace('csv-generic:', ''), body]),
    );
    const counts: Record<number, number> = { 1: 0, 2: 0, 3: 0 };
    for (const row of rowsOf('interviews.csv')) {
      const overall = Number(row.OverallRating);
      const conclusion = overall >= 3.5 ? 2 : overall < 3 ? 1 : 3;
      counts[conclusion]!++;
      expect(bodies.get(row.InterviewID), row.InterviewID).toEqual({
        external_application_id: ids.get(row.ApplicationID),
        participate_status: 2,
        begin_time: Date.parse(`${row.InterviewDate}T00:00:00+05:30`),
        interview_assessments: [
          {
            username: row.Interviewer,
            conclusion,
            content: texts.get(row.InterviewID),
            assessment_dimension_list: [
              { assessment_type: 2, title: 'Round', option: row.Round },
              { assessment_type: 3, title: 'OverallRating', content: row.OverallRating },
              ...['RatingCommunication', 'RatingProblemSolving', 'RatingCultureFit'].map((title) => ({
                assessment_type: 1,
                title,
                score: Number(row[title]),
              })),
            ],
          },
        ],
      });
    }
    expect(bodies.size).toBe(1226);
    expect(counts).toEqual({ 1: 414, 2: 407, 3: 405 });
  });
});
