import { z } from 'zod';
import { HireSyncError } from '../errors.ts';
import { isTarget, type Target } from '../feishu/target.ts';
import { TARGETS, type TargetName } from '../feishu/targets.ts';
import { whyNoZone } from '../mapping/instant.ts';
import type { Lookup } from '../mapping/lookups.ts';
import { suggestion } from '../mapping/suggestion.ts';
import type { Source } from '../readers/source.ts';
import type { Pipeline } from './define.ts';

/** What a pipeline may be called. */
export const PIPELINE_NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const TARGET_NAMES = Object.keys(TARGETS) as TargetName[];

const share = z
  .number()
  .min(0, 'must be a share from 0 to 1')
  .max(1, 'must be a share from 0 to 1')
  .exactOptional();
const count = z.int('must be a whole number').min(0, 'must not be negative').exactOptional();

const paths = z.array(z.string('must be a payload path'), 'must be a list of payload paths').exactOptional();

const specSchema = z.strictObject({
  name: z
    .string('must be a text')
    .regex(PIPELINE_NAME, 'must be 1 to 64 of a-z, 0-9 and "-", beginning with a letter or digit'),
  target: z.union(
    [z.enum(TARGET_NAMES).transform((name): Target => TARGETS[name]), z.custom<Target>(isTarget)],
    { error: `must be one of: ${TARGET_NAMES.join(', ')}` },
  ),
  source: z.custom<Source<unknown>>(
    isSource,
    'must be a source: csv(…), json(…), jsonl(…), join(…), groupBy(…), split(…) or feishuInterviewRecords(…)',
  ),
  lookups: z
    .record(
      z.string(),
      z.custom<Lookup>(isLookup, 'must be a lookup: csvLookup(file, keyColumn, valueColumn)'),
      {
        error: 'must be an object of lookups by name',
      },
    )
    .optional(),
  key: z.custom<Pipeline['key']>(isFunction, 'must be a function from a row to its key'),
  skip: z
    .custom<Pipeline['skip']>(isFunction, 'must be a function from a row to why it is skipped')
    .optional(),
  map: z.custom<Pipeline['map']>(isFunction, 'must be a function from a row to its payload'),
  label: z
    .custom<NonNullable<Pipeline['label']>>(isFunction, 'must be a function from a row to who it is about')
    .optional(),
  sourceDir: z.string('must be a path relative to the pipeline file').min(1, 'must not be empty').optional(),
  zone: z.string('must be the name of a time zone, such as Asia/Shanghai').check(knownZone).optional(),
  keepWaiting: z.boolean('must be true or false').optional(),
  onDrift: z.enum(['overwrite', 'keep', 'hold'], 'must be overwrite, keep or hold').optional(),
  guards: z
    .strictObject({
      shrunk: share,
      changed: share,
      field: share,
      rejected: share,
      rekeyed: share,
      vanished: share,
      from: count,
      atLeast: count,
      existingContent: count,
      orphans: share,
      orphansRise: share,
    })
    .optional(),
  accepts: z
    .strictObject({ cut: paths, other: paths }, { error: 'must be an object with lists of payload paths' })
    .optional(),
  externalId: z
    .custom<Pipeline['externalId']>(isFunction, 'must be a function from a key to a text')
    .optional(),
});

function knownZone(context: z.core.ParsePayload<string>): void {
  const why = whyNoZone(context.value);
  if (why !== null)
    context.issues.push({ code: 'custom', input: context.value, message: `names no time zone: ${why}` });
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function isSource(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (!('read' in value && isFunction(value.read)) || !('files' in value && Array.isArray(value.files)))
    return false;
  return 'columnar' in value && Array.isArray(value.columnar);
}

function isLookup(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'csvLookup';
}

/** The settings of a pipeline as its file writes them. @throws HireSyncError PIPELINE_INVALID with all complaints at once */
export function parseSpec(spec: unknown): z.infer<typeof specSchema> {
  const parsed = specSchema.safeParse(spec);
  if (!parsed.success) throw invalid(spec, parsed.error.issues);
  return parsed.data;
}

function invalid(spec: unknown, issues: readonly z.core.$ZodIssue[]): HireSyncError {
  const named = typeof spec === 'object' && spec !== null && 'name' in spec && typeof spec.name === 'string';
  const complaints = issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      const known = Object.keys(specSchema.shape);
      return issue.keys.map(
        (key) => `"${key}" is not a setting.${suggestion(key, known)} Settings: ${known.join(', ')}.`,
      );
    }
    const path = issue.path.map(String).join('.');
    return [path === '' ? 'definePipeline needs an object of settings.' : `"${path}" ${issue.message}.`];
  });
  const title = named ? `Pipeline "${spec.name}" is not valid:` : 'The pipeline is not valid:';
  return new HireSyncError(
    'PIPELINE_INVALID',
    [title, ...complaints.map((line) => `  - ${line}`)].join('\n'),
  );
}
