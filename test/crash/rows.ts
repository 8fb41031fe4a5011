import { TARGETS } from '../../src/feishu/targets.ts';
import { canonicalJson } from '../../src/plan/canonical.ts';
import { ATTACHMENTS, TARGET } from '../target.ts';

/** A line of the source that the crash tests write. */
export interface Row {
  readonly id: string;
  readonly application: string;
  readonly begin: number;
  readonly interviewer: string;
  readonly conclusion: 1 | 2 | 3;
  readonly comment: string;
}

/** What must be in Feishu for a row, as canonical JSON; written down here once more, apart from the pipeline. */
export function expectedBody(row: Row): string {
  if (TARGET === 'external_background_check') {
    return canonicalBody({
      external_application_id: row.application,
      date: row.begin,
      name: row.interviewer,
      result: `${row.conclusion} ${row.comment}`,
      attachment_id_list: ATTACHMENTS.map(({ id }) => id),
    });
  }
  return canonicalBody({
    external_application_id: row.application,
    participate_status: 2,
    begin_time: row.begin,
    end_time: row.begin + 3_600_000,
    interview_assessments: [{ username: row.interviewer, conclusion: row.conclusion, content: row.comment }],
  });
}

export function canonicalBody(body: unknown): string {
  return canonicalJson(TARGETS[TARGET].shape, body);
}

/** 19 digits, beyond 2^53. */
export function applicationId(n: number): string {
  return `6960663240925${String(n).padStart(6, '0')}`;
}

const BEGIN = Date.UTC(2024, 2, 5, 1, 30);

/** A row whose content is told by a number alone: rows of one application with one number are equal in Feishu. */
export function aRow(id: string, application: number, content: number): Row {
  return {
    id,
    application: applicationId(application),
    begin: BEGIN + content * 60_000,
    interviewer: `面试官${content % 7}`,
    conclusion: ([1, 2, 3] as const)[content % 3] ?? 1,
    comment: `第${content}号评语：扎实🙂`,
  };
}

/** `count` rows, about six per application; every fifth one has a twin of equal content in its application. */
export function manyRows(count: number, { from = 0, content = 0 } = {}): Row[] {
  return Array.from({ length: count }, (_, i) => {
    const n = from + i;
    const twin = n % 5 === 1 ? n - 1 : n;
    return aRow(`IV-${String(n).padStart(4, '0')}`, Math.floor(n / 6), content + (n % 6 === 0 ? n : twin));
  });
}
