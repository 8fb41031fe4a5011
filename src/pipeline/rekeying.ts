import { HireSyncError } from '../errors.ts';
import type { Entry } from '../ledger/entries.ts';
import type { Payload } from '../model.ts';
import { foldedNumber, foldKey } from '../plan/alike-keys.ts';
import { diffPayloads } from '../plan/diff.ts';
import { nearness, pairNearest, traitsOf } from '../plan/near.ts';
import { eachMissing } from '../plan/pages.ts';
import { eachChange } from '../plan/plan-store.ts';
import { csv } from '../readers/csv.ts';
import { openStaging } from '../readers/staging.ts';
import type { Deps, Job } from './job.ts';

/** A record that the export has under another key than the ledger. */
export interface Rekeying {
  readonly was: string;
  readonly key: string;
  /** How it was found: its content is the same, its key is spelt alike, its content is near, or somebody said so. */
  readonly by: 'content' | 'key' | 'near' | 'file';
  /** Payload paths in which the export differs from what was last written. */
  readonly fields: readonly string[];
  /** The ledger knows a record of the new key, too, whose object is gone: that one gives way. */
  readonly replaces?: boolean;
}

type Asked = Pick<Deps, 'ledger' | 'store'>;

/**
 * Finds, in a plan that was just made, records that vanished and came again under other keys: by their very content, and
 * of those left by keys that are the same but for zeros, `.0`, case, width, or what stands before the number, where there
 * is just one on either side, of one application. What is left then is paired by nearness, as a sync that holds it has done.
 */
export function findRekeyed(
  { pipeline }: Pick<Job, 'pipeline'>,
  { ledger, store }: Asked,
): readonly Rekeying[] {
  const pairs: Rekeying[] = [];
  const found = new Set<string>();
  for (const { change } of eachChange(store, ['held'])) {
    if (change.kind !== 'held' || change.reason.code !== 'near-missing') continue;
    found.add(change.reason.was);
    pairs.push({ was: change.reason.was, key: change.key, by: 'content', fields: [] });
  }
  const created = new Set<string>();
  const come = function* (): Generator<{ key: string; payload: Payload; replaces: boolean }> {
    for (const { change } of eachChange(store, ['create']))
      if (change.kind === 'create') yield { ...change, replaces: false };
    yield* comebacks(pipeline.name, { ledger, store });
  };
  for (const fold of [foldKey, foldedNumber]) {
    const missing = new Map<string, string | null>();
    for (const { key } of eachMissing(store)) if (!found.has(key)) note(missing, fold(key), key);
    if (missing.size === 0) break;
    const creates = new Map<string, string | null>();
    for (const { key } of come()) if (!created.has(key)) note(creates, fold(key), key);
    for (const { key, payload, replaces } of come()) {
      const folded = fold(key);
      const was = folded === null || creates.get(folded) !== key ? null : (missing.get(folded) ?? null);
      if (was === null) continue;
      const applied = writtenOf(ledger.find(pipeline.name, was));
      if (applied !== null && applicationOf(applied) !== applicationOf(payload)) continue;
      found.add(was);
      created.add(key);
      const fields = applied === null ? [] : pathsOf(applied, payload, pipeline);
      pairs.push({ was, key, by: 'key', fields, replaces });
    }
  }
  return [...pairs, ...nearPairs(pipeline, { ledger, store }, (key) => found.has(key) || created.has(key))];
}

/** Records that were not created anew, because what they may have become meanwhile is there under another key. */
function* comebacks(
  pipeline: string,
  { ledger, store }: Asked,
): Generator<{ readonly key: string; readonly payload: Payload; readonly replaces: true }> {
  for (const key of ledger.openRows.keysOf(pipeline, 'near-missing')) {
    const entry = ledger.find(pipeline, key);
    const payload = entry?.remoteId == null ? null : writtenOf(entry);
    const seen = store.seen(key);
    if (payload === null || seen === undefined) continue;
    const [row] = store.page([seen.kind], seen.seq - 1, 1);
    yield { key, payload: row?.change.kind === 'update' ? row.change.payload : payload, replaces: true };
  }
}

function nearPairs(
  { name, target }: Pick<Job['pipeline'], 'name' | 'target'>,
  { ledger, store }: Asked,
  isPaired: (key: string) => boolean,
): readonly Rekeying[] {
  const fields = { begin: target.dateField, ...target.near };
  const traited = (key: string, payload: Payload) => ({
    key,
    payload,
    traits: traitsOf(payload.json, fields),
  });
  const missing = new Map<string, ReturnType<typeof traited>[]>();
  for (const { key } of eachMissing(store)) {
    const payload = isPaired(key) ? null : writtenOf(ledger.find(name, key));
    const application = payload === null ? undefined : applicationOf(payload);
    if (payload === null || application === undefined) continue;
    const some = missing.get(application) ?? [];
    some.push(traited(key, payload));
    missing.set(application, some);
  }
  return [...missing].flatMap(([application, gone]) => {
    const come = store
      .createsOf(application)
      .flatMap(({ change }) =>
        change.kind === 'create' && !isPaired(change.key) ? [traited(change.key, change.payload)] : [],
      );
    return pairNearest(come, gone, (ours, theirs) => nearness(ours.traits, theirs.traits)).map(
      ({ ours: { key, payload }, theirs }): Rekeying => {
        return { was: theirs.key, key, by: 'near', fields: pathsOf(theirs.payload, payload, { target }) };
      },
    );
  });
}

/**
 * What was last sent for a record; of an object that a person named, before anything was sent to it, what is to be. Null
 * where the ledger knows neither.
 */
function writtenOf(entry: Entry | undefined): Payload | null {
  const known = [entry?.applied, entry?.intent].filter((payload) => payload != null);
  return known.find((payload) => applicationOf(payload) !== undefined) ?? null;
}

/** Null where there are several: nobody can tell which. */
function note(by: Map<string, string | null>, folded: string | null, key: string): void {
  if (folded !== null) by.set(folded, by.has(folded) ? null : key);
}

/**
 * The pairs of a CSV file with the columns `old` and `new`, held against the plan that was just made: all of them, or an
 * error that names every line.
 * @throws HireSyncError SOURCE_MISSING, SOURCE_INVALID, CONFIG_INVALID
 */
export async function readRekeyed(
  { folder, file }: { readonly folder: string; readonly file: string },
  { pipeline }: Pick<Job, 'pipeline'>,
  deps: Asked,
): Promise<readonly Rekeying[]> {
  const pairs: Rekeying[] = [];
  const wrong: string[] = [];
  const lines = new Map<string, number>();
  const held = new Set([...comebacks(pipeline.name, deps)].map(({ key }) => key));
  const staging = openStaging();
  try {
    const context = { folder, staging, onFile: () => {}, onOrphan: () => {} };
    for await (const { values, origin, problems = [] } of csv(file, { columns: ['old', 'new'] }).read(
      context,
    )) {
      const [was, key] = [String(values.old ?? ''), String(values.new ?? '')];
      const complain = (column: string, value: string, why: string): void =>
        void wrong.push(`line ${origin.line}, column ${column}: "${value}" ${why}`);
      if (problems.length > 0) {
        wrong.push(`line ${origin.line}: ${problems[0]?.message}`);
        continue;
      }
      const before = wrong.length;
      for (const [column, value] of [
        ['old', was],
        ['new', key],
      ] as const) {
        const line = lines.get(`${column} ${value}`);
        if (line !== undefined) complain(column, value, `stands in line ${line} already`);
        lines.set(`${column} ${value}`, origin.line);
      }
      const entry = deps.ledger.find(pipeline.name, was);
      if (entry === undefined)
        complain('old', was, `is no record that the ledger knows of pipeline "${pipeline.name}"`);
      else if (!deps.store.isMissing(was))
        complain('old', was, 'is still in the export, so it has no new key');
      const seen = deps.store.seen(key);
      const replaces = held.has(key);
      if (!replaces && deps.ledger.find(pipeline.name, key) !== undefined)
        complain('new', key, 'is a record that the ledger knows already');
      else if (seen === undefined) complain('new', key, 'is no key in the export');
      if (wrong.length > before || entry === undefined || seen === undefined) continue;
      const [row] = deps.store.page([seen.kind], seen.seq - 1, 1);
      const payload = row?.change.kind === 'create' ? row.change.payload : null;
      const applied = writtenOf(entry);
      const isMoved =
        payload !== null && applied !== null && applicationOf(applied) !== applicationOf(payload);
      if (isMoved)
        complain(
          'new',
          key,
          `belongs to application ${applicationOf(payload)}, and "${was}" to ${applicationOf(applied)}`,
        );
      const fields = payload === null || applied === null ? [] : pathsOf(applied, payload, pipeline);
      pairs.push({ was, key, by: 'file', fields, replaces });
    }
  } finally {
    staging.close();
  }
  if (wrong.length > 0) {
    const list = wrong.slice(0, NAMED).map((one) => `  ${one}`);
    const more = wrong.length > NAMED ? [`  … and ${wrong.length - NAMED} more`] : [];
    const message = `${file} cannot be taken (from --from); nothing was changed:\n${[...list, ...more].join('\n')}\nIt has a pair in each line: \`old\` is a key that the ledger knows and the export no longer has, \`new\` one that only the export has. \`hire-sync plan\` lists both.`;
    throw new HireSyncError('CONFIG_INVALID', message);
  }
  return pairs;
}

const NAMED = 20;

function pathsOf(
  applied: Payload,
  payload: Payload,
  { target }: Pick<Job['pipeline'], 'target'>,
): readonly string[] {
  return diffPayloads(applied.json, payload.json, target.shape).map(({ path }) => path);
}

function applicationOf({ json }: Payload): string | undefined {
  return (JSON.parse(json) as { readonly external_application_id?: string }).external_application_id;
}
