// Candidate, department, job title, interview type, event and staff number stay behind: Feishu has no field for them.
export const INTERVIEW = [
  'interview_id',
  'application_no',
  'round',
  'begin_at',
  'end_at',
  'status',
  'recruiter',
  'note_html',
] as const;
export const ASSESSMENT = [
  'assessment_id',
  'interview_id',
  'seq',
  'interviewer',
  'result',
  'comment',
] as const;
export const SCORE = ['score_id', 'assessment_id', 'seq', 'type', 'title', 'description', 'value'] as const;

// A cell is text in CSV; in JSON it may be a number, null or absent.
type Row<Columns extends readonly string[]> = { readonly [Name in Columns[number]]?: string | number | null };
export type Score = Row<typeof SCORE>;
type Assessment = Row<typeof ASSESSMENT> & { readonly scores: readonly Score[] };
export type Interview = Row<typeof INTERVIEW> & { readonly assessments: readonly Assessment[] };
