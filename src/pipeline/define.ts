import { HireSyncError } from '../errors.ts';
import type { Draft } from '../feishu/payloads.ts';
import type { Target } from '../feishu/target.ts';
import type { TARGETS, TargetName } from '../feishu/targets.ts';
import { inZone } from '../mapping/instant.ts';
import type { Lookup } from '../mapping/lookups.ts';
import type { DriftPolicy } from '../model.ts';
import { DEFAULT_LIMITS, type GuardLimits } from '../plan/guard.ts';
import type { Source } from '../readers/source.ts';
import { type Accepts, checkAccepts } from './accepts.ts';
import { parseSpec } from './spec-schema.ts';

type BodyOf<Described> = Described extends Target<infer Body> ? Body : never;

/** What a mapping may return, by target. */
export type Drafts = { [Name in TargetName]: Draft<BodyOf<(typeof TARGETS)[Name]>> };

/** What `skip` and `map` get besides the row. */
export interface MapContext<LookupName extends string = string> {
  /**
   * The value that a lookup table has for a key. One that it does not have gives `otherwise`; without that it holds the
   * row, or rejects it.
   */
  readonly lookup: (name: LookupName, key: unknown, otherwise?: string) => string;
  /** Rejects the row for a reason of the pipeline's own; the mapping goes on to find other problems. */
  readonly reject: (message: string, field?: string) => never;
}

/** A pipeline as its file writes it. `Row` follows from the source, `Made` from what `map` returns. */
export interface PipelineSpec<
  Name extends TargetName,
  Row,
  Lookups extends Readonly<Record<string, Lookup>>,
  Made extends Drafts[Name],
> {
  /** 1 to 64 of a-z, 0-9 and "-", not beginning with "-". Names the ledger's entries: never rename it. */
  readonly name: string;
  readonly target: Name;
  readonly source: Source<Row>;
  readonly lookups?: Lookups;
  /** The key that tells this record from all others, now and in every later export: a whole number, or text of at most 512 characters. */
  readonly key: (row: Row) => unknown;
  /** Why a record is not brought over, or something falsy when it is. Such a record needs no good key: it may be a footer. */
  readonly skip?: (row: Row, context: MapContext<keyof Lookups & string>) => Reason;
  /** The payload of a record. Synchronous, and the same for the same row: its result is compared with the last run's. */
  readonly map: (row: Row, context: MapContext<keyof Lookups & string>) => Made & Exact<Made, Drafts[Name]>;
  /**
   * Who a record is about, for people who read a report: `(row) => `${row.candidate} · ${row.position}``. It stands beside the
   * key in pages, CSV and reject files; never in texts, logs and JSON, nor in redacted reports, and it is not sent.
   */
  readonly label?: (row: Row) => Reason;
  /** The default source folder, relative to the pipeline file. */
  readonly sourceDir?: string;
  /**
   * The time zone of the export, an IANA name such as `Asia/Shanghai`: what `dateTime` and its kin take where they are given
   * none, and what all reports show times in. Without it reports show those of the machine.
   */
  readonly zone?: string;
  /** Whether rows that wait for a lookup are tried again when a later export no longer has them; default true. */
  readonly keepWaiting?: boolean;
  /** What is done about what somebody changed in Feishu since hire-sync wrote it; default `overwrite`. See `plan/three-way.ts`. */
  readonly onDrift?: DriftPolicy;
  /** What stops a run before its first write; shares from 0 to 1. See `DEFAULT_LIMITS` for the defaults. */
  readonly guards?: Partial<GuardLimits>;
  /**
   * Losses that are known and wanted: payload paths without places (`interview_assessments.content`) of texts that Feishu
   * may cut, or store otherwise than they were sent (`other`). Elsewhere a run that loses text ends with exit 3.
   */
  readonly accepts?: Accepts;
  /** Feishu's `external_id` for a source key; `<pipeline>:<source key>` without it. */
  readonly externalId?: (key: string) => string;
}

type Reason = string | false | null | undefined;

/**
 * A draft without any field that its target does not have. TypeScript itself refuses excess fields only where an
 * object literal meets an annotated type, which the result of an inferred function never does.
 */
type Exact<Given, Allowed> = Given extends readonly (infer Item)[]
  ? readonly Exact<Item, ItemOf<Allowed>>[]
  : Given extends object
    ? {
        readonly [Name in keyof Given]: Name extends NamesOf<Allowed>
          ? Exact<Given[Name], At<Allowed, Name>>
          : never;
      }
    : Given;
// Each distributes over a union such as `readonly Item[] | null`.
type ItemOf<List> = List extends readonly (infer Item)[] ? Item : never;
type NamesOf<Fields> = Fields extends object ? keyof Fields : never;
type At<Fields, Name> = Fields extends object ? (Name extends keyof Fields ? Fields[Name] : never) : never;

// A registered symbol: a pipeline made by another copy of this module is still a pipeline.
const BRAND = Symbol.for('hire-sync.pipeline');

/** A pipeline as the program uses it: validated, complete and frozen. */
export interface Pipeline {
  readonly [BRAND]: true;
  readonly name: string;
  readonly target: Target;
  readonly source: Source<unknown>;
  readonly lookups: Readonly<Record<string, Lookup>>;
  readonly key: (row: unknown) => unknown;
  readonly skip: (row: unknown, context: MapContext) => unknown;
  readonly map: (row: unknown, context: MapContext) => unknown;
  readonly label: ((row: unknown) => unknown) | undefined;
  readonly sourceDir: string | undefined;
  readonly zone: string | undefined;
  readonly guards: GuardLimits;
  readonly keepWaiting: boolean;
  readonly onDrift: DriftPolicy;
  readonly accepts: Accepts;
  /** @throws HireSyncError PIPELINE_INVALID when the pipeline's own function gives no text */
  readonly externalId: (key: string) => string;
}

/** Every file that a pipeline reads, relative to the source folder. */
export function filesOf({ source, lookups }: Pick<Pipeline, 'source' | 'lookups'>): readonly string[] {
  return [...source.files, ...Object.values(lookups).map(({ file }) => file)];
}

/** True for what `definePipeline` made. */
export function isPipeline(value: unknown): value is Pipeline {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/**
 * Defines a pipeline: the default export of a pipeline file. Types refuse wrong payload fields, enum values, columns
 * and lookup names at compile time; the same mistakes in JavaScript are refused here or when the row is mapped.
 * @throws HireSyncError PIPELINE_INVALID with all complaints at once
 */
export function definePipeline<
  const Name extends TargetName,
  Row,
  const Made extends Drafts[Name],
  const Lookups extends Readonly<Record<string, Lookup>> = Record<never, Lookup>,
>(spec: PipelineSpec<Name, Row, Lookups, Made>): Pipeline {
  return complete(spec);
}

/**
 * The same for a target that is in no list, by its description: for trying one out. Its payloads are checked when rows
 * are mapped, not by the compiler.
 * @throws HireSyncError PIPELINE_INVALID with all complaints at once
 */
export function definePipelineFor<Row>(
  target: Target,
  spec: Omit<
    PipelineSpec<TargetName, Row, Readonly<Record<string, Lookup>>, Drafts[TargetName]>,
    'target' | 'map'
  > & { readonly map: (row: Row, context: MapContext) => unknown },
): Pipeline {
  return complete({ ...spec, target });
}

function complete(spec: unknown): Pipeline {
  const {
    name,
    target,
    source,
    lookups,
    key,
    skip,
    map,
    label,
    sourceDir,
    zone,
    keepWaiting,
    onDrift,
    guards,
    accepts,
    externalId,
  } = parseSpec(spec);
  if (accepts !== undefined) checkAccepts(name, target, accepts);
  return Object.freeze({
    [BRAND]: true as const,
    name,
    target,
    source,
    lookups: Object.freeze({ ...lookups }),
    key: zoned(zone, key),
    skip: zoned(zone, skip ?? (() => undefined)),
    map: zoned(zone, map),
    label: label === undefined ? undefined : zoned(zone, label),
    sourceDir,
    zone,
    keepWaiting: keepWaiting ?? true,
    onDrift: onDrift ?? 'overwrite',
    guards: Object.freeze({ ...DEFAULT_LIMITS, ...guards }),
    accepts: Object.freeze({ ...accepts }),
    externalId:
      externalId === undefined ? (source: string) => `${name}:${source}` : checked(name, externalId),
  });
}

function zoned<Args extends readonly unknown[]>(
  zone: string | undefined,
  job: (...args: Args) => unknown,
): (...args: Args) => unknown {
  return zone === undefined ? job : inZone(zone, job);
}

function checked(name: string, externalId: (key: string) => unknown): (key: string) => string {
  return (key) => {
    const id = externalId(key);
    if (typeof id === 'string' && id.trim() === id && id !== '') return id;
    const message = `Pipeline "${name}": externalId(${JSON.stringify(key)}) must give a text without spaces around it, not ${JSON.stringify(id)}.`;
    throw new HireSyncError('PIPELINE_INVALID', message);
  };
}
