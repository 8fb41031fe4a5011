import { csv, csvLookup, definePipeline, join, many } from 'hire-sync';
import { rules } from './rules/legacy-ats.ts';
import { ASSESSMENT, INTERVIEW, SCORE } from './rules/legacy-ats-columns.ts';

/** The old ATS's nightly export: UTF-8 CSV, one table per file. */
export default definePipeline({
  ...rules,
  sourceDir: '../fixtures/legacy-ats',
  source: join(csv('interviews.csv', { columns: INTERVIEW }), {
    assessments: many(csv('assessments.csv', { columns: ASSESSMENT }), 'interview_id', {
      scores: many(csv('scores.csv', { columns: SCORE }), 'assessment_id'),
    }),
  }),
  // Feishu's ids of the applications, from its import: 19 digits, never through Excel.
  lookups: {
    // All applications came over before the interviews: one that is not there is a wrong number, not a late one.
    applications: csvLookup('applications.csv', 'application_no', 'external_application_id', {
      missing: 'reject',
    }),
  },
});
