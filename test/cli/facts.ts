import { type Row, rowsOf } from './exports.ts';

/**
 * What must be in Feishu for each interview of an export, told from the CSV files alone: a second mapping, in other
 * words than the pipeline's, so that a shared wrong belief would have to be written twice.
 */
export function bodiesOf(folder: string, keys: readonly string[]): Map<string, object> {
  const interviews = new Map(rowsOf(folder, 'interviews').map((row) => [row.interview_id, row]));
  const applications = new Map(
    rowsOf(folder, 'applications').map((row) => [row.application_no, row.external_application_id]),
  );
  const panels = Map.groupBy(rowsOf(folder, 'assessments'), (row) => row.interview_id);
  const scores = Map.groupBy(rowsOf(folder, 'scores'), (row) => row.assessment_id);
  return new Map(
    keys.map((key) => {
      const row = interviews.get(key)!;
      const round = { assessment_type: 2, title: '面试轮次', option: row.round };
      const note = normalNote(row.note_html!);
      const assessments: object[] = bySeq(panels.get(key) ?? []).map((panel) => ({
        username: panel.interviewer,
        conclusion: panel.result === '通过' ? 2 : panel.result === '不通过' ? 1 : 3,
        ...(panel.comment === '' ? {} : { content: panel.comment }),
        assessment_dimension_list: [
          round,
          ...bySeq(scores.get(panel.assessment_id) ?? [])
            .filter(({ value }) => value !== '')
            .map(dimensionOf),
        ],
      }));
      if (note !== '')
        assessments.push({
          username: `${row.recruiter}（招聘备注）`,
          content: note,
          assessment_dimension_list: [round],
        });
      return [
        key,
        {
          external_application_id: applications.get(row.application_no),
          participate_status: row.status === '已完成' ? 2 : row.status === '爽约' ? 3 : 1,
          begin_time: beijing(row.begin_at!),
          ...(row.end_at === '' ? {} : { end_time: beijing(row.end_at!) }),
          ...(assessments.length === 0 ? {} : { interview_assessments: assessments }),
        },
      ];
    }),
  );
}

/** A body from the sandbox with its recruiter's note as `bodiesOf` writes it: how HTML becomes text is tested elsewhere. */
export function withNormalNote(body: object): object {
  const { interview_assessments: list = [] } = body as {
    interview_assessments?: { username: string; content?: string }[];
  };
  const last = list.at(-1);
  if (last === undefined || !last.username.endsWith('（招聘备注）')) return body;
  if (/<\/?[a-z]|&(?:[a-z]+|#\d+);/.test(last.content ?? '')) throw new Error('a note with HTML in it');
  return {
    ...body,
    interview_assessments: [...list.slice(0, -1), { ...last, content: letters(last.content ?? '') }],
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  gt: '>',
  lt: '<',
  nbsp: ' ',
  ndash: '–',
  quot: '"',
};

function normalNote(html: string): string {
  const linked = html.replaceAll(/<a href="([^"]*)">(.*?)<\/a>/gs, '$2 ($1)');
  return letters(
    linked
      .replaceAll(/<\/?[a-z][^>]*>/g, ' ')
      .replaceAll(/&([a-z]+);/g, (whole, name: string) => ENTITIES[name] ?? whole),
  );
}

/** Without what depends on the layout: spaces, line breaks and bullets. */
function letters(text: string): string {
  return text.replaceAll(/[\s-]/g, '');
}

function dimensionOf({ type, title, description, value }: Row): object {
  const question = { title, ...(description === '' ? {} : { description }) };
  switch (type) {
    case '打分':
      return { ...question, assessment_type: 1, score: Number(value) };
    case '单选':
      return { ...question, assessment_type: 2, option: value };
    case '描述':
      return { ...question, assessment_type: 3, content: value };
    case '多选':
      return { ...question, assessment_type: 4, options: value!.split('、') };
    default:
      throw new Error(`a score of the type ${type}`);
  }
}

function bySeq(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => Number(a.seq) - Number(b.seq));
}

/** `2024-03-05 09:05` or `2024/3/5 9:05`, eight hours ahead of UTC all year in 2024. */
function beijing(text: string): number {
  const [year, month, day, hour, minute] = text.split(/[-/ :]/).map(Number);
  return Date.UTC(year!, month! - 1, day!, hour! - 8, minute!);
}
