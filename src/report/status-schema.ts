import { z } from 'zod';
import { OPEN_KINDS, type OpenKind, type Status } from '../result/standing.ts';
import { app, count, rows } from './schema-parts.ts';

/** What `hire-sync status --json` prints. Published as `hire-sync/status.schema.json`; the promises are those of `schema.ts`. */

const time = z.iso.datetime();
const openCount = z.object({
  rows: count,
  since: time.nullable().describe('of the oldest; null: not known'),
});
const run = {
  run: z.string(),
  state: z.enum(['running', 'finished', 'stopped', 'died']),
  startedAt: time,
  finishedAt: time.nullable(),
  exitCode: z.int().nullable(),
};
export const statusSchema = z.object({
  at: time,
  exitCode: z.union([z.literal(0), z.literal(10)]),
  app,
  ledger: z.object({ file: z.string(), bytes: count, running: z.string().nullable().describe('a run id') }),
  backups: z.array(z.object({ file: z.string(), bytes: count, at: time })).describe('newest first'),
  maxAgeMs: count,
  maxOpenMs: count,
  late: z.array(
    z.object({
      pipeline: z.string(),
      what: z.enum(['finished', 'open']),
      since: time.nullable().describe('null: it never finished'),
    }),
  ),
  pipelines: z.array(
    z.object({
      pipeline: z.string(),
      finished: z
        .object({ ...run, rows })
        .nullable()
        .describe('the last run of the whole export that finished'),
      last: z.object(run).nullable().describe('the newest run, whatever became of it'),
      open: z
        .object(
          Object.fromEntries(OPEN_KINDS.map((kind) => [kind, openCount])) as Record<
            OpenKind,
            typeof openCount
          >,
        )
        .describe('what the last finished run left open'),
      unsettled: openCount.describe('records of the ledger with a request that no answer has settled'),
    }),
  ),
} satisfies Record<keyof Status, z.ZodType>);
