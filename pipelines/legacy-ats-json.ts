import { csvLookup, definePipeline, json } from 'hire-sync';
import { rules } from './rules/legacy-ats.ts';
import type { Interview } from './rules/legacy-ats-columns.ts';

/** The export of `legacy-ats.ts` as its API gives it: nested JSON; the same records, hence the same ledger entries. */
export default definePipeline({
  ...rules,
  sourceDir: '../fixtures/legacy-ats-json',
  // Application numbers are JSON integers beyond 2^53 here: the reader hands them over as text, every digit kept.
  source: json<Interview>('interviews.json'),
  lookups: {
    // All applications came over before the interviews: one that is not there is a wrong number, not a late one.
    applications: csvLookup('applications.csv', 'application_no', 'external_application_id', {
      missing: 'reject',
    }),
  },
});
