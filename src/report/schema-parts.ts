import { z } from 'zod';
import { ENCODINGS } from '../readers/encodings.ts';
import { REASON_CODES } from './reason-words.ts';

/** Parts of what JSON reports are: see `schema.ts`. */

export const count = z.int().min(0);
/** An object of counts. */
export const counts = <Name extends string>(...names: readonly Name[]) =>
  z.object(Object.fromEntries(names.map((name) => [name, count])) as Record<Name, typeof count>);
export const requests = z.record(z.string(), counts('sent', 'retried', 'limited'));
export const app = z.object({ baseUrl: z.string(), appId: z.string() }).nullable();
export const origin = { file: z.string(), line: count.describe('physical line, counted from 1') };
const value = z.json();
export const path = z.string().describe('payload path such as interview_assessments[0].conclusion');
const values = z
  .array(z.object({ path, before: value.optional(), after: value.optional() }))
  .describe('before → after of enums, numbers, instants (epoch ms) and ids; free text is never in it');

export const drift = z.object({
  fields: z.array(path).describe('edited in Feishu since the last write'),
  values,
  conflicts: z
    .array(path)
    .describe('what the source changed as well: of these fields, or a list that holds them'),
  policy: z.enum(['overwrite', 'keep', 'hold']),
});

export const reason = z
  .object({ code: z.enum(REASON_CODES) })
  .catchall(value)
  .describe('why, as data: a code and what it is about (ids, keys, payload paths, counts, epoch ms)');

const outcome = z.object({
  kind: z.enum(['done', 'refused', 'failed', 'held', 'in-doubt', 'not-begun']),
  remoteId: z.string().nullable(),
  code: z.int().nullable().describe("Feishu's code"),
  logId: z.string().nullable(),
});

export const base = { key: z.string(), ...origin };
const sent = {
  fingerprint: z.string().describe('hex SHA-256 of the canonical payload'),
  outcome: outcome.optional(),
};
const known = { id: z.string().describe("Feishu's id") };
const edited = { drift: drift.optional() };

export const change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('create'), ...base, ...sent, recreates: z.string().optional() }),
  z.object({
    kind: z.literal('update'),
    ...base,
    ...known,
    ...sent,
    ...edited,
    fields: z.array(path),
    values,
  }),
  z.object({ kind: z.literal('adopt'), ...base, ...known, ...sent }),
  z.object({ kind: z.literal('record'), ...base, ...known, ...sent, ...edited }),
  z.object({ kind: z.literal('drifted'), ...base, ...known, drift }),
]);

export const problem = z.object({
  code: z.string(),
  field: z.string(),
  value: z.string(),
  message: z.string(),
  detail: z
    .object({ code: z.string() })
    .catchall(value)
    .optional()
    .describe('what the value is, as data, where the code does not tell it'),
  allowed: z.array(z.string()).optional(),
  waits: z.boolean().optional(),
  refusal: z.object({ code: z.int(), logId: z.string() }).optional().describe('what Feishu answered'),
  file: z.string().optional(),
  line: count.optional(),
});

/** A count that is there only where it is not 0. */
export const forgotten = {
  forgotten: count.optional().describe('rows of records that somebody had erased; absent: none'),
};

export const rows = counts(
  'read',
  'created',
  'updated',
  'unchanged',
  'skipped',
  'rejected',
  'held',
  'failed',
  'inDoubt',
).extend(forgotten);

export const canary = z.object({
  rows: z.array(
    z.object({
      key: z.string(),
      is: z
        .enum(['equal', 'different', 'missing', 'unreadable'])
        .describe('as Feishu shows it after the write'),
      fields: z.array(path).describe('those that are not as they were sent'),
    }),
  ),
  equal: count,
});

export const shown = z.object({
  kind: z.enum(['blanks', 'line-ends', 'order', 'absent', 'floored', 'cut', 'default', 'hidden', 'other']),
  path: z.string().describe('payload path without places in lists'),
  label: z.object({ zh: z.string(), en: z.string() }),
  records: count,
  lost: z.enum(['open', 'accepted']).nullable().describe('open: text is lost, and the run ends with 3'),
  length: count.optional().describe('characters that are stored at most'),
  longest: count.optional().describe('characters of the longest text that was sent'),
  toMs: count.optional(),
  value: value.optional(),
});

export const file = z.object({
  file: z.string(),
  bytes: count,
  sha256: z.string(),
  encoding: z.enum(ENCODINGS),
  delimiter: z.string().nullable(),
  finalNewline: z.boolean().nullable().describe('null: there are no lines, it is an answer of Feishu'),
  rows: count,
  blank: count,
  ignored: count,
  normalised: count,
  emptied: count
    .optional()
    .describe('cells with a declared word for nothing; absent in runs of earlier versions'),
  marks: count.describe('byte order marks inside the data'),
  controls: count.describe('control characters inside the data, but for tab and line ends'),
  orphaned: count,
  unnamed: count,
  role: z.string(),
});

export const eye = z.object({
  code: z.enum(['zeros-behind-15-digits']),
  file: z.string(),
  column: z.string(),
  rows: count,
  lines: z.array(count).describe('physical lines of the first of these rows'),
});

export const absent = z.object({ file: z.string(), member: z.string(), nearest: z.string().nullable() });

const coded = z.object({
  path: z.string().describe('payload path without places in lists'),
  values: z.array(z.object({ value: z.number(), count: count.describe('in records that go in') })),
});

const unexplained = z.object({
  path: z.string().describe('payload path without places in lists'),
  values: z.array(
    z.object({
      value: z.number(),
      count: count.describe('in records that go in'),
      explained: count.describe('for which a word of the row accounts'),
    }),
  ),
});

export const verdicts = z.object({
  records: count.describe('records that were read for it'),
  partial: z.boolean().describe('the export has more, which were not read: they are as they were'),
  tables: z.array(
    z.object({
      path: z.string().describe('payload path without places in lists'),
      file: z.string(),
      column: z.string(),
      direct: z
        .boolean()
        .describe(
          'false: the words only decide together with other columns, or are turned into something else',
        ),
      words: z.array(
        z.object({
          word: z.string(),
          value: z
            .union([z.number(), z.string()])
            .nullable()
            .describe('what the payload holds for it; null: nothing, or not always the same'),
          count: count.describe('cells with this word, in rows that are not rejected'),
          examples: z
            .array(z.string())
            .optional()
            .describe('keys of the first records that have it; absent in runs of earlier versions'),
          is: z
            .enum(['plain', 'reversed', 'needs-an-eye'])
            .describe(
              'reversed: unmistakable, and mapped the other way; needs-an-eye: means pass in one system and fail in another',
            ),
          some: count
            .optional()
            .describe('how many of the cells of a reversed word at least are reversed; absent: all'),
        }),
      ),
    }),
  ),
  coded: z
    .array(coded)
    .optional()
    .describe(
      "fields that the pipeline's code sets, without a table of words; absent in runs of earlier versions",
    ),
  unexplained: z
    .array(unexplained)
    .optional()
    .describe('fields of which some records hold what no word of their row becomes; absent in older runs'),
});

export const cost = z.object({
  endpoints: z.record(z.string(), count).describe('requests foreseen, by endpoint'),
  requests: count.describe('the writes among them'),
  ratePerSecond: z.number(),
  expectedMs: z.number(),
  tokens: count,
  endsAt: z.iso.datetime(),
  zone: z.string(),
  deadline: z.object({ at: z.iso.datetime(), lateMs: count }).nullable(),
});

const complaintData = z
  .object({ guard: z.string() })
  .catchall(value)
  .describe('what a guard says, as data: names of files, payload paths, counts, shares, epoch ms');

export const complaint = complaintData
  .extend({ message: z.string() })
  .catchall(value)
  .describe(
    'what a guard says, as data: names of files, payload paths, counts, shares, epoch ms; and as a sentence',
  );

const stop = {
  code: z.string(),
  message: z.string(),
  fault: z.string().optional().describe('what is wrong with a file, in a word'),
  guards: z.array(z.string()).optional().describe('names that --allow takes'),
};

export const stopped = z.object({
  ...stop,
  complaints: z.array(complaint).optional().describe('what these guards say'),
});

/** As the ledger notes it. */
export const notedStop = z.object({
  ...stop,
  zh: z.string().optional().describe('the message in Chinese'),
  complaints: z.array(complaintData).optional(),
});

export const made = z
  .object({
    version: z.string().nullable().describe('of hire-sync'),
    app,
    zone: z.string().describe('in which texts and pages show times'),
    zoneOf: z.enum(['pipeline', 'machine']),
    plan: z.string().nullable().describe('hex SHA-256 of the saved plan'),
    file: z.string().optional().describe('of the pipeline, as the commands take it'),
    approved: z
      .object({ by: z.string(), at: z.iso.datetime() })
      .optional()
      .describe('who signed the saved plan that was carried out, and when that was noted'),
  })
  .optional()
  .describe('absent in runs of earlier versions');

const trait = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('word'), column: z.string(), word: z.string() }),
  z.object({ kind: z.literal('value'), path, value: z.number() }),
  z.object({ kind: z.literal('present'), path }),
  z.object({ kind: z.literal('absent'), path }),
]);

export const sample = z.object({
  records: z.array(
    z.object({ key: z.string(), shows: z.array(trait).describe('what it shows that none before it does') }),
  ),
  traits: count.describe('words, values and fields that the creates and updates show'),
  shown: count.describe('those that the sample shows'),
  of: count.describe('creates and updates that were looked through'),
  asked: z.boolean().describe('with --sample'),
});
