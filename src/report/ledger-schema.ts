import { z } from 'zod';
import type { RunIssue, RunRow } from '../ledger/runs.ts';
import type { ID_COLUMNS } from './ids.ts';
import { numbers, undone } from './schema.ts';
import { count, counts, notedStop, requests } from './schema-parts.ts';

/** What `runs --json` and `ledger export --format jsonl` print. The promises are those of `schema.ts`. */

const time = z.iso.datetime();

// Runs of earlier versions have noted less.
const report = z
  .union([
    z.object({ ...numbers, stopped: notedStop.nullable() }).partial(),
    z.object({ ...undone, stopped: notedStop.nullable() }).partial(),
    z.object({ mode: z.literal('forget'), rows: counts('read', 'forgotten'), requests }),
  ])
  .nullable()
  .describe('the numbers of its report, as far as its version noted them; null: it has none (yet)');

const run = {
  id: z.string(),
  pipeline: z.string(),
  mode: z.enum(['sync', 'canary', 'rejects', 'undo', 'forget']),
  state: z.enum(['running', 'finished', 'stopped']).describe('stopped without finishedAt: it died'),
  startedAt: time,
  finishedAt: time.nullable(),
  exitCode: z.int().nullable(),
  stopped: notedStop.nullable().describe('why it stopped, where it has no report that says it'),
  plan: z.string().nullable().describe('hex SHA-256 of the saved plan that it carried out'),
  approvedBy: z.string().nullable().describe('who signed that plan'),
} satisfies Record<keyof Omit<RunRow, 'summary'>, z.ZodType>;

const issue = z.object({
  kind: z.enum(['rejected', 'held', 'failed', 'in-doubt']),
  key: z.string().nullable(),
  file: z.string(),
  line: count.describe('physical line, counted from 1'),
  code: z.string(),
  field: z.string(),
  logId: z.string().nullable(),
} satisfies Record<keyof RunIssue, z.ZodType>);

/** Of `runs --json`, and of `runs RUN --json`. */
export const runsSchema = z.union([
  z.object({ runs: z.array(z.object({ ...run, report })).describe('newest first') }),
  z.object({ ...run, report, issues: z.array(issue).describe('the rows that did not go through') }),
]);

const ms = count.describe('epoch ms');

/** Of each line of `ledger export --format jsonl`. */
export const idSchema = z.object({
  pipeline: z.string(),
  key: z.string(),
  target: z.string(),
  external_id: z.string(),
  remote_id: z.string().nullable(),
  state: z.enum(['creating', 'updating', 'settled']),
  held_why: z.string().nullable(),
  first_attempt_at: ms,
  last_attempt_at: ms,
  settled_at: ms.nullable(),
  held_code: z.string().nullable(),
} satisfies Record<(typeof ID_COLUMNS)[number], z.ZodType>);
