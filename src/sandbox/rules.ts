import { z } from 'zod';
import { HireSyncError } from '../errors.ts';
import { ENDPOINT_NAMES, ENDPOINTS, type EndpointName } from './endpoints.ts';

/** How the sandbox behaves where Feishu's documents leave it open, or where a test wants it otherwise. */
export interface Rules {
  /** Requests per sliding 1000 ms, per endpoint and app; null = unlimited. */
  readonly limits: Readonly<Record<EndpointName, number | null>>;
  /** HTTP status of "rate limited"; the documents name 429, and 400 for old endpoints. */
  readonly limitedStatus: 429 | 400 | 200;
  /** The header `x-ogw-ratelimit-reset`: whole seconds (rounded up), with fractions, or none. */
  readonly limitedReset: 'seconds' | 'fractional' | 'absent';
  readonly tokenLifeSeconds: number;
  /** HTTP status of 99991661 and 99991663; both 200 and 400 have been reported. */
  readonly tokenErrorStatus: 400 | 401 | 200;
  /** What a create with an `external_id` of the last 24 h answers; `creates`: another object, as if it had none. */
  readonly repeat: 'returns-existing' | 'refuses' | 'creates';
  /** The same with another body: like any repeat, refused in any case, or the new body replaces the old one. */
  readonly repeatOtherBody: 'as-repeat' | 'refuses' | 'replaces';
  /** The same where the object has been deleted since: refused, answered as it last was, or another one is created. */
  readonly repeatDeleted: 'refuses' | 'returns' | 'creates';
  /** Code of these refusals (HTTP 400). */
  readonly repeatCode: number;
  /** Code (HTTP 400) of an update or delete of an id that does not exist (any more). */
  readonly unknownIdCode: number;
  /** The `external_application_id`s that exist; others, and those removed by hand, are refused. null = all. */
  readonly applications: readonly string[] | null;
  /** Code (HTTP 400) of a create or update that names an application which does not exist. */
  readonly unknownApplicationCode: number;
  /** Whether an update keeps the ids of the assessments, by position. */
  readonly assessmentIds: 'regenerate' | 'keep';
  /** Writes younger than this (ms of the sandbox's clock) are not visible to batch_query. */
  readonly readLagMs: number;
  /** The longest `content` of an assessment, in characters, and what becomes of a longer one; null = no limit. */
  readonly contentLimit: { readonly characters: number; readonly over: 'refuses' | 'truncates' } | null;
  /** Each answer waits `meanMs`, give or take up to the share `jitter` (0–1) of it. */
  readonly latency: { readonly meanMs: number; readonly jitter: number };
  /** What batch_query answers when it is given neither an id list nor an application. */
  readonly unfilteredQuery: 'returns-all' | 'refuses';
}

/** Settings to change: what is left out stays as it is, `limits` endpoint by endpoint. */
export type RuleChanges = Partial<Omit<Rules, 'limits'>> & {
  readonly limits?: Readonly<Partial<Record<EndpointName, number | null>>>;
};

export const DEFAULT_RULES: Rules = {
  limits: Object.fromEntries(ENDPOINT_NAMES.map((name) => [name, ENDPOINTS[name].perSecond])) as Record<
    EndpointName,
    number
  >,
  limitedStatus: 429,
  limitedReset: 'seconds',
  tokenLifeSeconds: 7200,
  tokenErrorStatus: 400,
  repeat: 'returns-existing',
  repeatOtherBody: 'as-repeat',
  repeatDeleted: 'refuses',
  repeatCode: 1002002,
  unknownIdCode: 1002002,
  applications: null,
  unknownApplicationCode: 1002002,
  assessmentIds: 'regenerate',
  readLagMs: 0,
  contentLimit: null,
  latency: { meanMs: 0, jitter: 0 },
  unfilteredQuery: 'returns-all',
};

const errorCode = z.int().refine((code) => code !== 0, 'must not be 0, which means success');

const ruleChanges = z.strictObject({
  limits: z.partialRecord(z.enum(ENDPOINT_NAMES), z.int().positive().nullable()).exactOptional(),
  limitedStatus: z.literal([429, 400, 200]).exactOptional(),
  limitedReset: z.enum(['seconds', 'fractional', 'absent']).exactOptional(),
  tokenLifeSeconds: z.int().positive().exactOptional(),
  tokenErrorStatus: z.literal([400, 401, 200]).exactOptional(),
  repeat: z.enum(['returns-existing', 'refuses', 'creates']).exactOptional(),
  repeatOtherBody: z.enum(['as-repeat', 'refuses', 'replaces']).exactOptional(),
  repeatDeleted: z.enum(['refuses', 'returns', 'creates']).exactOptional(),
  repeatCode: errorCode.exactOptional(),
  unknownIdCode: errorCode.exactOptional(),
  applications: z.array(z.string()).nullable().exactOptional(),
  unknownApplicationCode: errorCode.exactOptional(),
  assessmentIds: z.enum(['regenerate', 'keep']).exactOptional(),
  readLagMs: z.number().nonnegative().exactOptional(),
  contentLimit: z
    .strictObject({ characters: z.int().positive(), over: z.enum(['refuses', 'truncates']) })
    .nullable()
    .exactOptional(),
  latency: z
    .strictObject({ meanMs: z.number().nonnegative(), jitter: z.number().min(0).max(1) })
    .exactOptional(),
  unfilteredQuery: z.enum(['returns-all', 'refuses']).exactOptional(),
});

/** Not what lies before or after the operation itself: rate limits, tokens, latency. */
const beyondOperations = {
  limits: true,
  limitedStatus: true,
  limitedReset: true,
  tokenLifeSeconds: true,
  tokenErrorStatus: true,
  latency: true,
} as const;

/** The options that a quirk may change for single requests. */
export type OperationChanges = Omit<RuleChanges, keyof typeof beyondOperations>;

export const operationChanges = ruleChanges.omit(beyondOperations);

/**
 * `rules` with `changes` made to it.
 * @throws HireSyncError CONFIG_INVALID naming every unknown setting and wrong value
 */
export function changeRules(rules: Rules, changes: unknown): Rules {
  const { limits, ...others } = parseSetting('sandbox options', ruleChanges, changes) as RuleChanges;
  return { ...rules, ...others, limits: { ...rules.limits, ...limits } };
}

/** @throws HireSyncError CONFIG_INVALID with all complaints at once */
export function parseSetting<T>(what: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new HireSyncError('CONFIG_INVALID', `${what}: ${z.prettifyError(parsed.error)}`);
}
