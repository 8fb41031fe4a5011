import { csv, csvLookup, definePipeline, join, many } from 'hire-sync';
import { rules } from './rules/legacy-ats.ts';
import { ASSESSMENT, INTERVIEW, SCORE } from './rules/legacy-ats-columns.ts';

// What a Chinese Windows writes. Declared, not guessed: some GB18030 bytes are valid UTF-8, too.
const encoding = 'gb18030';

/** The nightly export of `legacy-ats.ts` in GB18030: the same records, hence the same ledger entries. */
export default definePipeline({
  ...rules,
  sourceDir: '../fixtures/legacy-ats-gb18030',
  source: join(csv('interviews.csv', { encoding, columns: INTERVIEW }), {
    assessments: many(csv('assessments.csv', { encoding, columns: ASSESSMENT }), 'interview_id', {
      scores: many(csv('scores.csv', { encoding, columns: SCORE }), 'assessment_id'),
    }),
  }),
  lookups: {
    applications: csvLookup('applications.csv', 'application_no', 'external_application_id', {
      encoding,
      missing: 'reject',
    }),
  },
});
