import { eachMissing, eachOrphan } from '../plan/pages.ts';
import { eachChange, type PlanStore } from '../plan/plan-store.ts';
import type { Report } from './report.ts';

/**
 * The documented JSON object of a run, in pieces that together are one JSON text: `Report`, then `missingKeys`,
 * `rejects`, `heldRows`, `orphanRows` and, for a plan, `changes` (creates and updates). Lists are streamed from the plan on disk.
 */
export function* jsonReport(report: Report, store: PlanStore): Generator<string> {
  const { stopped, ...rest } = report;
  yield JSON.stringify(stopped === null ? rest : { ...rest, stopped }).slice(0, -1);
  yield* jsonList(
    'missingKeys',
    eachMissing(store).map(({ key }) => key),
  );
  yield* openRows(store);
  if (report.mode === 'plan') yield* jsonList('changes', changes(store));
  yield '}\n';
}

/** `,"rejects":[…],"heldRows":[…],"orphanRows":[…]`: what needs a person, for the end of a JSON object. */
export function* openRows(store: PlanStore): Generator<string> {
  yield* jsonList('rejects', rejects(store));
  yield* jsonList('heldRows', held(store));
  yield* jsonList(
    'orphanRows',
    eachOrphan(store).map(({ file, line, message }) => ({ file, line, message })),
  );
}

function* rejects(store: PlanStore): Generator<object> {
  for (const { change } of eachChange(store, ['rejected'])) {
    if (change.kind !== 'rejected') continue;
    const problems = change.problems.map(({ origin, ...problem }) => ({ ...problem, ...origin }));
    yield { key: change.key, ...change.origin, problems };
  }
}

function* held(store: PlanStore): Generator<object> {
  for (const { change } of eachChange(store, ['held', 'in-doubt'])) {
    if (change.kind === 'held' || change.kind === 'in-doubt')
      yield { key: change.key, ...change.origin, why: change.why };
  }
}

function* changes(store: PlanStore): Generator<object> {
  for (const { change } of eachChange(store, ['create', 'update'])) {
    if (change.kind === 'create') {
      yield { kind: change.kind, key: change.key, ...change.origin, fingerprint: change.payload.fingerprint };
    } else if (change.kind === 'update') {
      const { kind, key, origin, remoteId, payload, fields } = change;
      yield {
        kind,
        key,
        ...origin,
        id: remoteId,
        fingerprint: payload.fingerprint,
        fields: fields.map(({ path }) => path),
      };
    }
  }
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
