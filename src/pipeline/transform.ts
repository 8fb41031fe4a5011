import { HireSyncError } from '../errors.ts';
import { createLookup } from '../mapping/look-up.ts';
import type { LoadedLookups } from '../mapping/lookups.ts';
import { isLongId } from '../mapping/lost-digits.ts';
import type { Members } from '../mapping/members.ts';
import {
  asText,
  type Collector,
  collecting,
  type LookedUp,
  type Place,
  quote,
  reject,
  ValueError,
} from '../mapping/problems.ts';
import { type TrackOptions, trackedRow } from '../mapping/track.ts';
import { createTrail, type Trail } from '../mapping/trail.ts';
import type { Problem, SourceRecord } from '../model.ts';
import type { Checked } from '../plan/canonical.ts';
import type { Mapped } from '../plan/mapped.ts';
import type { MapContext, Pipeline } from './define.ts';
import type { DigitsJudge } from './digits-judge.ts';
import { placeOfFailure } from './frames.ts';
import { createLabel } from './label.ts';
import { synchronous, whySkipped } from './made-by-pipeline.ts';
import { madeKey, madeWords } from './made-words.ts';
import type { MetWords } from './met-words.ts';
import { keyOf } from './row-key.ts';
import { createTracer } from './trace-words.ts';
import { isInPlace, isUnreadable, isWholeFamily, othersThan, readerProblems, shownOf } from './unreadable.ts';
import type { VerdictValues } from './verdict-values.ts';

/** What a transform needs besides the pipeline. */
export interface TransformDeps {
  readonly lookups: LoadedLookups;
  /** Validates a draft against the target's schema and brings it into canonical form: see `createCheck`. */
  readonly check: (draft: unknown) => Checked;
  /** True for files whose records all have the same columns (CSV): reading any other column ends the run. */
  readonly hasColumns: (file: string) => boolean;
  /** Whether words for nothing are values in a column of a file: see `takesAsItStands`. */
  readonly takesWords?: TrackOptions['takesWords'];
  /** Notes the members of JSON records; absent where no record has any. */
  readonly members?: Members | undefined;
  /** Told of every id; the caller settles each row with it. */
  readonly digits?: DigitsJudge;
  /** Told of every word that a `valueMap` meets; the caller settles each row with it. */
  readonly words?: MetWords;
  /** Told of every draft that is right; the caller settles each row with it. */
  readonly values?: Pick<VerdictValues, 'note' | 'isOdd'>;
}

/**
 * The function from a source record to what the mapping makes of it. A row is rejected with all its problems: those
 * of the reader, with what else is wrong in the cells it could read; else those of key and mapping; else those of the
 * payload.
 * The returned function is synchronous and @throws HireSyncError PIPELINE_INVALID when the pipeline itself is wrong
 * (it reads a column that the source does not have, names an unknown time zone, maps asynchronously).
 */
export function createTransform(pipeline: Pipeline, deps: TransformDeps): (record: SourceRecord) => Mapped {
  const trail = createTrail();
  const { hasColumns, takesWords, members, digits, words } = deps;
  const track: TrackOptions = { trail, hasColumns, takesWords, members };
  const context: MapContext = { lookup: createLookup(deps.lookups), reject };
  const traced = createTracer(pipeline, pipeline.target.verdicts ?? [], context, { hasColumns, takesWords });
  const looked = (look: LookedUp): unknown => {
    words?.note(look, trail.placesOf(look.value));
    return look.result;
  };

  /** Runs key, skip and map, and collects what they complain about. */
  const examine = (record: SourceRecord, options: TrackOptions) => {
    trail.reset();
    const row = trackedRow(record, options);
    const collector = new RowCollector(trail, digits, words === undefined ? undefined : looked);
    const run = <T>(step: () => T): T | undefined => attempt(collector, step);
    const key = run(() => keyOf(pipeline.key(row), collector)) ?? null;
    // Whatever a key is made of tells records apart.
    if (digits !== undefined) trail.eachRead(isLongId, digits.note);
    const ofKey = collector.problems.length;
    const why = run(() => whySkipped(pipeline.skip(row, context)));
    // A row that is to be skipped is not mapped, and may have no good key: it may be the footer of an export.
    const draft = why === undefined ? run(() => synchronous(pipeline.map(row, context))) : undefined;
    const problems = why === undefined ? collector.problems : collector.problems.slice(ofKey);
    return { row, key, why, draft, problems: distinct(problems) };
  };

  /** What else is wrong with a record that the reader found fault with. */
  const besides = (found: readonly Problem[], record: SourceRecord): readonly Problem[] => {
    if (!isInPlace(record)) return [];
    try {
      const { row, why, draft, problems } = examine(record, { ...track, hasColumns: () => false });
      if (problems.length > 0 || why !== undefined || !isWholeFamily(record))
        return othersThan(found, problems, record);
      const checked = deps.check(draft);
      if (checked.ok) return [];
      const others = othersThan(found, checked.problems, record);
      return withCells(others, () => pipeline.map(row, context), trail);
    } catch (error) {
      // The pipeline is wrong: a row that can be read will say so.
      if (HireSyncError.is(error)) return [];
      throw error;
    }
  };

  const decided = (record: SourceRecord): Mapped => {
    const { origin } = record;
    members?.see(record);
    digits?.begin(origin);
    words?.begin(origin);
    const unreadable = readerProblems(record, false);
    if (unreadable.length > 0) {
      const problems = [...unreadable, ...shownOf(besides(unreadable, record), record)];
      words?.drop();
      const key = keyInPassing(pipeline, record, track);
      if (isUnreadable(record)) digits?.drop();
      return key === null || !isUnreadable(record)
        ? { kind: 'rejected', key, origin, problems }
        : { kind: 'rejected', key: null, origin, problems, hiddenKey: key };
    }
    const { row, key, why, draft, problems } = examine(record, track);
    if (problems.length === 0 && why !== undefined) {
      return { kind: 'skipped', key, origin, reason: { code: 'skipped-by-pipeline', words: why } };
    }
    const waiting = problems.filter(({ waits }) => waits === true);
    if (key !== null && waiting.length > 0 && waiting.length === problems.length) {
      const words = waiting.map(({ message }) => message).join('; ');
      const values = waiting.map(({ value }) => value);
      const reason = { code: 'waiting', sinceMs: null, days: 0, words, values } as const;
      return { kind: 'waiting', key, origin, reason };
    }
    if (problems.length > 0 || key === null) {
      return { kind: 'rejected', key, origin, problems };
    }
    const again = () => pipeline.map(row, context);
    const checked = deps.check(draft);
    digits?.inPayload(draft, trail.readsOf);
    if (!checked.ok)
      return { kind: 'rejected', key, origin, problems: withCells(checked.problems, again, trail) };
    const { payload, dateMs } = checked;
    deps.values?.note(draft);
    const badKey = madeKey(key, record);
    const made = [...badKey, ...madeWords(payload.json, record, again)];
    const isOdd = deps.values?.isOdd() === true;
    if (words?.wantsTrace(isOdd) === true) words.learn(traced(record, (met) => words.wants(met, isOdd)));
    return made.length === 0
      ? { kind: 'mapped', key, origin, payload, dateMs }
      : { kind: 'rejected', key: badKey.length === 0 ? key : null, origin, problems: made };
  };
  const labelOf = createLabel(pipeline, { hasColumns, takesWords, members });
  if (labelOf === null) return decided;
  return (record) => {
    const mapped = decided(record);
    // What stands in the columns of a row that cannot be read may be anything.
    const label = isUnreadable(record) ? undefined : labelOf(record);
    return label === undefined ? mapped : { ...mapped, label };
  };
}

/**
 * Names the cell behind each value that the payload's schema refuses. The row is mapped once more for that, with
 * the helpers telling what they make of which cell: too dear for rows that are good.
 */
function withCells(problems: readonly Problem[], map: () => unknown, trail: Trail): readonly Problem[] {
  const made = new Map<string, Place>();
  const cells = new Map<Place, unknown>();
  const note = (value: unknown, result: unknown): void => {
    const place = trail.placeOf(value);
    if (place === undefined) return;
    made.set(asText(result), place);
    cells.set(place, value);
  };
  trail.reset();
  attempt(new DerivingCollector(trail, note), map);
  return problems.map((problem) => {
    if (problem.value === '') return problem;
    const direct = trail.readsOf(problem.value);
    const place = made.get(problem.value) ?? direct;
    if (place === undefined) return problem;
    const cell = cells.has(place) ? ` ${quote(cells.get(place))}` : '';
    const at = place.origin === undefined ? '' : `${place.origin.file}:${place.origin.line} `;
    const message = `${problem.message} (from ${at}${place.field}${cell})`;
    const zh = problem.zh === undefined ? {} : { zh: `${problem.zh}（来自 ${at}${place.field}${cell}）` };
    return { ...problem, ...zh, message, ...(place.origin === undefined ? {} : { origin: place.origin }) };
  });
}

/** One per row: kept small, its methods shared. */
class RowCollector implements Collector {
  readonly problems: Problem[] = [];
  fatal: HireSyncError | undefined;
  readonly looked: Collector['looked'];
  readonly #trail: Trail;
  readonly #digits: DigitsJudge | undefined;

  constructor(trail: Trail, digits?: DigitsJudge, looked?: Collector['looked']) {
    this.#trail = trail;
    this.#digits = digits;
    this.looked = looked;
  }

  add(problem: Problem): void {
    this.problems.push(problem);
  }

  stop(error: HireSyncError): void {
    this.fatal ??= error;
  }

  placeOf(value: unknown): Place | undefined {
    return this.#trail.placeOf(value);
  }

  takesWords(value: unknown): boolean {
    return this.#trail.takesWords(value);
  }

  valueIn(field: string): unknown {
    return this.#trail.valueIn(field);
  }

  taken(value: string, from: 'cell' | 'lookup'): void {
    if (from === 'lookup') this.#digits?.fromTable(value);
    else if (isLongId(value)) this.#digits?.note(value, () => this.#trail.placeOf(value));
  }
}

/** The same, and told what helpers make of a value. */
class DerivingCollector extends RowCollector {
  readonly derived: (value: unknown, result: unknown) => void;

  constructor(trail: Trail, derived: (value: unknown, result: unknown) => void) {
    super(trail);
    this.derived = derived;
  }
}

/** Runs one function of the pipeline; what it throws becomes a problem unless the collected ones explain it. */
function attempt<T>(collector: RowCollector, step: () => T): T | undefined {
  const before = collector.problems.length;
  let result: T | undefined;
  try {
    result = collecting(collector, step);
  } catch (error) {
    if (HireSyncError.is(error)) throw error;
    // From a helper of another copy of this package, which cannot know this collector.
    if (ValueError.is(error)) collector.add(error.problem);
    else if (collector.problems.length === before) collector.add(failure(error, collector));
  }
  const fatal = collector.fatal;
  if (fatal !== undefined) throw fatal;
  return result;
}

function failure(error: unknown, collector: RowCollector): Problem {
  const place = collector.placeOf(failure);
  const field = place?.field ?? '';
  const message = error instanceof Error ? `${error.name}: ${error.message}` : asText(error);
  const last = field === '' ? '' : `; the last column read was ${field}`;
  const at = placeOfFailure(error);
  return {
    code: 'MAPPING_FAILED',
    field,
    value: asText(collector.valueIn(field)),
    zh: `同步规则的程序出错${at === null ? '' : `（${at}）`}：“${message}”${field === '' ? '' : `；最后读取的列是 ${field}`}`,
    message: `the pipeline failed${at === null ? '' : ` at ${at}`}: ${message}${last}`,
    ...(place?.origin === undefined ? {} : { origin: place.origin }),
  };
}

/** The key of a record without its mapping; `null` when it cannot be had. */
export function keyInPassing(
  pipeline: Pick<Pipeline, 'key'>,
  record: SourceRecord,
  track: TrackOptions,
): string | null {
  const { trail } = track;
  const collector = new RowCollector(trail);
  trail.reset();
  try {
    const row = trackedRow(record, { ...track, hasColumns: () => false });
    const key = collecting(collector, () => keyOf(pipeline.key(row), collector));
    return collector.problems.length === 0 ? key : null;
  } catch {
    return null;
  }
}

/** `skip` and `map` may meet the same bad cell. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length < 2) return problems;
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
