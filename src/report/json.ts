import type { Change, Drift, FieldChange } from '../model.ts';
import { shapeAt } from '../plan/labels.ts';
import { eachMissing, eachOrphan } from '../plan/pages.ts';
import { eachChange, type PlannedChange } from '../plan/plan-store.ts';
import type { Reason } from '../reason.ts';
import type { Report } from '../result/report.ts';
import type { Changes, RenderOptions } from './options.ts';
import { reasonText, redacted } from './reason-words.ts';
import { fateOf, problemText } from './reasons.ts';

/** What a JSON report follows. */
export type JsonOptions = Pick<RenderOptions, 'shape' | 'language' | 'redact'>;

/**
 * The documented JSON object of a run (`schema.ts`), in pieces that together are one JSON text: `Report`, then
 * `missingKeys`, `rejects`, `heldRows`, `orphanRows` and `changes`. Lists are streamed from the plan on disk. Free
 * text of the payloads is never in it: a JSON report goes into logs and other programs.
 */
export function* jsonReport(report: Report, store: Changes, options: JsonOptions): Generator<string> {
  const { stopped, ...rest } = report;
  yield JSON.stringify(stopped === null ? rest : { ...rest, stopped }).slice(0, -1);
  yield* jsonList(
    'missingKeys',
    eachMissing(store).map(({ key }) => key),
  );
  yield* openRows(store, options);
  yield* jsonList('changes', changes(report, store, options));
  yield '}\n';
}

/** `,"rejects":[…],"heldRows":[…],"orphanRows":[…]`: what needs a person, for the end of a JSON object. */
export function* openRows(store: Pick<Changes, 'page' | 'orphans'>, options: JsonOptions): Generator<string> {
  yield* jsonList('rejects', rejects(store, options));
  yield* jsonList('heldRows', held(store, options));
  yield* jsonList(
    'orphanRows',
    eachOrphan(store).map(({ file, line, message }) => ({ file, line, message })),
  );
}

function* rejects(
  store: Pick<Changes, 'page'>,
  options: Pick<RenderOptions, 'language' | 'redact'>,
): Generator<object> {
  for (const { change } of eachChange(store, ['rejected'])) {
    if (change.kind !== 'rejected') continue;
    // What is for the reject file alone (`unread`, `absent`) may hold whole rows.
    const problems = change.problems.map(({ origin, unread: _, absent: __, ...problem }) => ({
      ...problem,
      ...(options.redact ? { value: '', message: problemText(problem, options) } : {}),
      ...origin,
    }));
    yield { key: change.key, ...change.origin, problems };
  }
}

function* held(store: Pick<Changes, 'page'>, options: JsonOptions): Generator<object> {
  for (const { change } of eachChange(store, ['held', 'in-doubt'])) {
    if (change.kind !== 'held' && change.kind !== 'in-doubt') continue;
    const { kind, key, origin, reason } = change;
    yield { kind, key, ...origin, ...reasonOf(reason, options), ...driftOf(change, options.shape) };
  }
}

/** A reason for programs, and its sentence for people. */
export function reasonOf(
  reason: Reason,
  options: Pick<RenderOptions, 'language' | 'redact'>,
): { readonly reason: Reason; readonly why: string } {
  return { reason: options.redact ? redacted(reason) : reason, why: reasonText(reason, options) };
}

const CHANGED = ['create', 'update', 'adopt', 'record', 'drifted'] as const;

function* changes({ mode }: Report, store: Changes, { shape }: JsonOptions): Generator<object> {
  for (const planned of eachChange(store, CHANGED)) {
    const item = itemOf(planned, shape);
    const fate = fateOf(planned, store.outcomes, mode);
    yield fate === null ? item : { ...item, outcome: fate };
  }
}

function itemOf({ change }: PlannedChange, shape: JsonOptions['shape']): object {
  const { kind, key, origin } = change;
  const base = { kind, key, ...origin };
  switch (change.kind) {
    case 'create': {
      const { recreates, payload } = change;
      return { ...base, fingerprint: payload.fingerprint, ...(recreates === undefined ? {} : { recreates }) };
    }
    case 'update': {
      const { remoteId: id, payload, fields } = change;
      const paths = fields.map(({ path }) => path);
      const values = valuesOf(fields, shape);
      return {
        ...base,
        id,
        fingerprint: payload.fingerprint,
        fields: paths,
        values,
        ...driftOf(change, shape),
      };
    }
    case 'adopt':
    case 'record': {
      const { remoteId: id, payload } = change;
      return { ...base, id, fingerprint: payload.fingerprint, ...driftOf(change, shape) };
    }
    case 'drifted':
      return { ...base, id: change.remoteId, ...driftOf(change, shape) };
    case 'unchanged':
    case 'skipped':
    case 'held':
    case 'in-doubt':
    case 'rejected':
      return base;
  }
}

function driftOf(change: Change & { readonly drift?: Drift }, shape: JsonOptions['shape']): object {
  const { drift } = change;
  if (drift === undefined) return {};
  const { fields, conflicts, policy } = drift;
  const paths = fields.map(({ path }) => path);
  return { drift: { fields: paths, values: valuesOf(fields, shape), conflicts, policy } };
}

/** The values of enums, numbers, instants and ids; free text, and whole lists and objects, have none here. */
function valuesOf(fields: readonly FieldChange[], shape: JsonOptions['shape']): readonly FieldChange[] {
  return fields.filter(({ path }) => {
    const kind = shapeAt(shape, path)?.kind;
    return kind === 'integer' || kind === 'instant' || kind === 'id';
  });
}

/** `,"name":[…]`: a list, item by item, for the end of a JSON object. */
export function* jsonList(name: string, items: Iterable<unknown>): Generator<string> {
  yield `,${JSON.stringify(name)}:[`;
  let first = true;
  for (const item of items) {
    yield `${first ? '' : ','}${JSON.stringify(item)}`;
    first = false;
  }
  yield ']';
}
