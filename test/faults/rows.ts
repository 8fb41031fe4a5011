import type { BackgroundCheckBody, InterviewBody } from '../../src/sandbox/index.ts';
import { ATTACHMENTS, TARGET } from '../target.ts';

/** One row of the export that these tests write. */
export interface Row {
  readonly id: string;
  readonly application: string;
  readonly interviewer: string;
  readonly verdict: keyof typeof VERDICTS;
  readonly comment: string;
  readonly beginMs: number;
}

const VERDICTS = { 不通过: 1, 通过: 2, 待定: 3 } as const;
const COLUMNS = 'id,application,interviewer,verdict,comment,begin_ms';

/**
 * Rows `R-001` …: three of one application each, because recovery asks by application, and of every 15 rows two
 * that are equal but for their id, as two rounds with the same interviewer on one day are.
 */
export function someRows(count: number): Row[] {
  return Array.from({ length: count }, (_, index) => {
    const twin = index % 15 === 4 ? index - 1 : index;
    return {
      id: `R-${String(index + 1).padStart(3, '0')}`,
      application: `69606632409${String(1e7 + Math.floor(index / 3)).padStart(8, '0')}`,
      interviewer: index % 2 === 0 ? '王强' : '李娜',
      verdict: (['通过', '不通过', '待定'] as const)[twin % 3]!,
      comment: `第 ${twin + 1} 轮`,
      beginMs: 1_709_600_700_000 + twin * 60_000,
      ...(twin === index ? {} : { interviewer: twin % 2 === 0 ? '王强' : '李娜' }),
    };
  });
}

export function csvOf(rows: readonly Row[]): string {
  const lines = rows.map((row) =>
    [row.id, row.application, row.interviewer, row.verdict, cellOf(row.comment), row.beginMs].join(','),
  );
  return [COLUMNS, ...lines, ''].join('\n');
}

/** Quoted where blanks at its ends, or what is special in CSV, would be lost. */
function cellOf(text: string): string {
  return /[",\r\n]/.test(text) || text.trim() !== text ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What Feishu must hold for a row; typed as an interview, which it is wherever a test looks into it. */
export function bodyOf(row: Row): InterviewBody {
  return (TARGET === 'external_interview' ? interviewOf(row) : checkOf(row)) as InterviewBody;
}

/** What somebody enters in Feishu, in one of two ways, into a field that is the same in all rows. */
export function otherwise(way: 'one' | 'two' = 'one'): Partial<InterviewBody> {
  if (TARGET === 'external_interview') return { participate_status: way === 'one' ? 3 : 1 };
  const body: Partial<BackgroundCheckBody> = {
    attachment_id_list: [ATTACHMENTS[way === 'one' ? 1 : 0]!.id],
  };
  return body as Partial<InterviewBody>;
}

/** The path that `otherwise()` changes: of background checks, the second attachment in canonical order is gone. */
export const STEADY = TARGET === 'external_interview' ? 'participate_status' : 'attachment_id_list[1]';
/** The field of a row's `beginMs`. */
export const DATE = TARGET === 'external_interview' ? 'begin_time' : 'date';

function checkOf(row: Row): BackgroundCheckBody {
  return {
    external_application_id: row.application,
    date: row.beginMs,
    name: row.interviewer,
    result: `${row.verdict}：${row.comment}`,
    // A set, sent in the order of the canonical form.
    attachment_id_list: ATTACHMENTS.map(({ id }) => id).toSorted(),
  };
}

function interviewOf(row: Row): InterviewBody {
  return {
    external_application_id: row.application,
    participate_status: 2,
    begin_time: row.beginMs,
    interview_assessments: [
      { username: row.interviewer, conclusion: VERDICTS[row.verdict], content: row.comment },
    ],
  };
}

const INTERVIEWS = `
import { csv, definePipeline, integer, required, valueMap } from 'hire-sync';

const verdict = valueMap({ 不通过: 1, 通过: 2, 待定: 3 });

export default definePipeline({
  name: 'faults',
  target: 'external_interview',
  // These tests change every one of a few rows, and that is not what they are about.
  guards: { field: 1 },
  source: csv('interviews.csv', { columns: '${COLUMNS}'.split(',') }),
  key: (row) => row.id,
  map: (row) => ({
    external_application_id: required(row.application),
    participate_status: 2,
    begin_time: integer(row.begin_ms),
    interview_assessments: [
      { username: required(row.interviewer), conclusion: verdict(row.verdict), content: row.comment },
    ],
  }),
});
`;

const BACKGROUND_CHECKS = `
import { csv, definePipeline, integer, required } from 'hire-sync';

export default definePipeline({
  name: 'faults',
  target: 'external_background_check',
  source: csv('interviews.csv', { columns: '${COLUMNS}'.split(',') }),
  key: (row) => row.id,
  map: (row) => ({
    external_application_id: required(row.application),
    date: integer(row.begin_ms),
    name: required(row.interviewer),
    result: row.verdict + '：' + row.comment,
    attachment_id_list: ${JSON.stringify(ATTACHMENTS.map(({ id }) => id))},
  }),
  // These tests change every one of a few rows, and that is not what they are about.
  guards: { field: 1 },
});
`;

export const PIPELINE = TARGET === 'external_interview' ? INTERVIEWS : BACKGROUND_CHECKS;

/** The text of a pipeline with the guards as they are by default. */
export const defaultGuards = (pipeline: string): string =>
  pipeline.replace(/^ {2}\/\/.*\n {2}guards: .*\n/m, '');
