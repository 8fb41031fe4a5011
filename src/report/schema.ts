import { z } from 'zod';
import { FAIL_ON, type Report } from '../result/report.ts';
import { UNDO_DONE, UNDO_PLANNED, type UndoReport } from '../result/undo.ts';
import type { Validation } from '../result/validation.ts';
import type { VerifyReport } from '../result/verify.ts';
import {
  absent,
  base,
  canary,
  change,
  complaint,
  cost,
  count,
  counts,
  drift,
  eye,
  file,
  forgotten,
  made,
  origin,
  path,
  problem,
  reason,
  requests,
  rows,
  sample,
  shown,
  stopped,
  verdicts,
} from './schema-parts.ts';
import type { Total } from './total.ts';

/**
 * What a JSON report (`--json`, `--format json`, `--report x.json`) is. Published as `hire-sync/report.schema.json`.
 * Names may be added in later versions; none changes its meaning or goes within a major version.
 */

const failOn = z
  .object({ policy: z.enum(FAIL_ON), exitCode: z.int().describe('what the process ends with') })
  .optional()
  .describe('absent without --fail-on');

/** The numbers of a run: `Report`, but for `stopped`, which is absent when the run did not stop. */
export const numbers = {
  run: z.string(),
  pipeline: z.string(),
  mode: z.enum(['plan', 'sync']),
  made,
  exitCode: z.int(),
  failOn,
  rows,
  noted: counts('adopted', 'recorded', 'drifted').describe(
    'rows for which nothing needs to be sent, part of rows.unchanged',
  ),
  recovered: counts('adopted', 'created', 'held', 'open').nullable(),
  missing: count,
  orphans: count,
  files: z.array(file),
  absent: z
    .array(absent)
    .optional()
    .describe('members of JSON records that the pipeline reads and no record has ever had'),
  eyes: z.array(eye).describe('what a person should look at, though it goes in'),
  verdicts: verdicts
    .nullish()
    .describe('which words of the export end as what; absent in runs of earlier versions'),
  sample: sample
    .nullish()
    .describe('the fewest records that show everything, as far as a greedy choice finds them'),
  byFile: z
    .array(z.object({ file: z.string(), rows, retried: count }))
    .describe('the rows of each file that has some; they add up in every file'),
  newest: z.iso.datetime().nullable(),
  newestKey: z.string().nullable(),
  retried: count,
  allowed: z.array(z.string()),
  requests,
  maxWritesPer1000ms: count,
  startedAt: z.iso.datetime(),
  durationMs: z.number(),
  cost: cost.nullable(),
  canary: canary.nullable().describe('what a canary run wrote and read back'),
  shown: z
    .array(shown)
    .describe('how Feishu shows what was written otherwise than it was sent, once per kind and field'),
  notAttempted: count,
} satisfies Record<keyof Omit<Report, 'stopped'>, z.ZodType>;

const rejects = z.array(z.object({ key: z.string().nullable(), ...origin, problems: z.array(problem) }));
const why = z.string().describe('the sentence of the reason, in the language of the report');
const heldRows = z.array(
  z.object({ kind: z.enum(['held', 'in-doubt']), ...base, reason, why, drift: drift.optional() }),
);
const orphanRows = z.array(z.object({ ...origin, message: z.string() }));
const forgottenRows = z
  .array(z.object(origin))
  .optional()
  .describe('rows of records that somebody had erased; absent: none');

/** Of `plan` and `sync`. */
export const reportSchema = z.object({
  ...numbers,
  stopped: stopped.optional(),
  missingKeys: z.array(z.string()),
  rejects,
  heldRows,
  orphanRows,
  forgottenRows,
  changes: z.array(change),
});

const found = { key: z.string().nullable(), id: z.string().nullable() };
const reasoned = { reason: reason.optional(), why: why.optional() };

const validated = {
  pipeline: z.string(),
  mode: z.literal('validate'),
  made,
  exitCode: z.int(),
  rows: counts('read', 'valid', 'unchecked', 'skipped', 'rejected', 'held').extend(forgotten),
  startedAt: z.iso.datetime(),
  orphans: count,
  files: z.array(file),
  absent: z.array(absent),
  eyes: z.array(eye),
  refused: z.array(
    z.object({
      file: z.string(),
      line: count.nullable(),
      offset: count.nullable().describe('byte, counted from 0'),
      fault: z.string().nullable().describe('what is wrong with it, in a word'),
      message: z.string(),
    }),
  ),
  complaints: z.array(complaint).describe('guards that would stop a first run'),
  verdicts: verdicts.nullable().describe('null: no column that decides a verdict is mapped word by word'),
} satisfies Record<keyof Validation, z.ZodType>;

const verified = {
  pipeline: z.string(),
  mode: z.literal('verify'),
  made,
  exitCode: z.int(),
  records: counts('read', 'equal', 'changed', 'missing', 'open'),
  unknown: count.nullable().describe('null: nobody looked (--known-only)'),
  applications: count,
  resumed: count,
  meanwhile: z.string().nullable(),
  requests,
  startedAt: z.iso.datetime(),
  durationMs: z.number(),
} satisfies Record<keyof VerifyReport, z.ZodType>;

export const undone = {
  run: z.string(),
  pipeline: z.string(),
  mode: z.enum(['undo', 'undo-plan']),
  made,
  undoes: z.string().describe('the run that is taken back'),
  exitCode: z.int(),
  rows: counts('read', 'restored', 'deleted', 'ledger', 'left', 'failed', 'inDoubt', 'notBegun'),
  files: z.array(z.never()),
  requests,
  maxWritesPer1000ms: count,
  startedAt: z.iso.datetime(),
  durationMs: z.number(),
  cost: z.object({ requests: count, ratePerSecond: z.number(), expectedMs: z.number() }).nullable(),
} satisfies Record<keyof Omit<UndoReport, 'stopped'>, z.ZodType>;

const validationSchema = z.object({
  ...validated,
  problems: z.array(
    z.object({
      code: z.string(),
      field: z.string(),
      message: z.string(),
      rows: count,
      first: z.object(origin),
    }),
  ),
  rejects,
  heldRows,
  orphanRows,
  forgottenRows,
});

const total = {
  exitCode: z.int(),
  failOn,
  pipelines: count.describe('those that were named'),
  notBegun: z.array(z.string()).describe('pipelines behind one that stopped'),
  rows: z.record(z.string(), count),
  requests,
  maxWritesPer1000ms: count,
  durationMs: z.number(),
} satisfies Record<keyof Total, z.ZodType>;

/** Of every command that prints a report; `mode` tells which. */
export const everySchema = z.union([
  reportSchema,
  validationSchema,
  z.object({
    ...verified,
    changed: z.array(z.object({ ...found, fields: z.array(path) })),
    missing: z.array(z.object(found)),
    unknownObjects: z.array(z.object({ id: found.id, application: z.string(), ...reasoned })),
    open: z.array(z.object({ ...found, ...reasoned })),
  }),
  z.object({
    ...undone,
    stopped: stopped.optional(),
    changes: z.array(
      z.object({
        kind: z.enum([...UNDO_PLANNED, ...UNDO_DONE]),
        ...found,
        ...reasoned,
        fields: z.array(path).optional(),
      }),
    ),
  }),
  z
    .object({
      pipelines: z.array(
        z.union([
          reportSchema,
          validationSchema,
          z
            .object({ run: z.string(), pipeline: z.string(), exitCode: z.int(), stopped })
            .describe('it ended before it had a report'),
        ]),
      ),
      total: z.object(total),
    })
    .describe('of several pipelines, each after the other'),
]);
