import { HireSyncError } from '../errors.ts';
import { drawSample } from '../plan/acceptance.ts';
import { diffPayloads } from '../plan/diff.ts';
import type { PlanStore } from '../plan/plan-store.ts';
import type { PlannedChange } from '../plan/planned.ts';
import type { Verdicts } from '../plan/verdicts.ts';
import type { Canary, CanaryRow } from '../result/report.ts';
import { createFeishuNow } from './feishu-now.ts';
import type { Deps, Job, Writer } from './job.ts';
import type { Written } from './tally.ts';
import { type How, writeJob } from './writing.ts';

/** What carrying out came to, and of a canary run what reading back showed. */
export interface CarriedOut extends Written {
  readonly canary: Canary | null;
}

/**
 * Carries out the plan in the store, or in a canary run a few rows of it (`only`), which are then read back and compared. What
 * stops it after it has begun is returned, not thrown.
 */
export async function carryOut(job: Job, writer: Writer, deps: Deps, how: How): Promise<CarriedOut> {
  const { only } = how;
  // Where nothing is planned to be written, what takes the time is to ask.
  const writes = deps.store.count('create') + deps.store.count('update');
  deps.onStep?.(writes > 0 ? 'writing' : 'asking');
  const written = await writeJob(job, writer, deps, how);
  if (only === undefined || written.stopped !== null) return { ...written, canary: null };
  deps.onStep?.('reading-back');
  try {
    return { ...written, canary: await checkCanary(only, job, writer, deps) };
  } catch (error) {
    if (!HireSyncError.is(error)) throw error;
    return { ...written, canary: null, stopped: error };
  }
}

/**
 * The rows that go first in a canary run: so many of the planned creates and updates, half of each kind where there are
 * enough of both. Those of a sample for acceptance come first, then the others in plan order. Undefined: all rows go.
 */
export function canaryRows(
  { pipeline, canary: count }: Pick<Job, 'pipeline' | 'canary'>,
  store: PlanStore,
  verdicts: Verdicts | null,
): ReadonlySet<number> | undefined {
  if (count === undefined) return undefined;
  const updates = store.page(['update'], 0, count);
  const creates = store.page(['create'], 0, count);
  const ofUpdates = Math.min(updates.length, Math.max(count - creates.length, Math.ceil(count / 2)));
  const { shape } = pipeline.target;
  const chosen = (kind: 'create' | 'update', first: readonly PlannedChange[], most: number): number[] => {
    const { seqs } = drawSample({ store, shape, verdicts, kinds: [kind], most });
    return [...new Set([...seqs, ...first.map(({ seq }) => seq)])].slice(0, most);
  };
  return new Set([
    ...chosen('update', updates, ofUpdates),
    ...chosen('create', creates, Math.min(creates.length, count - ofUpdates)),
  ]);
}

/** Reads back what was written for these rows, and compares it with what was sent. @throws HireSyncError what the calls throw */
async function checkCanary(
  rows: ReadonlySet<number>,
  { pipeline }: Job,
  writer: Writer,
  { ledger, store, now }: Deps,
): Promise<Canary> {
  // One that turned out to be there already, or is held, was not written.
  const planned = [...rows].flatMap((seq) =>
    store.page(['create', 'update'], seq - 1, 1).filter((next) => next.seq === seq),
  );
  const entries = planned.flatMap(({ change: { key } }) =>
    key === null ? [] : (ledger.find(pipeline.name, key) ?? []),
  );
  const settled = entries.filter(({ state, remoteId }) => state === 'settled' && remoteId !== null);
  const present = await createFeishuNow(pipeline, writer, { ledger, now }).objectsOf(settled);
  const compared = settled.map(({ key, remoteId, applied }): CanaryRow => {
    const there = present.get(remoteId ?? '');
    if (there?.kind !== 'found') return { key, is: there?.kind ?? 'missing', fields: [] };
    const fields = diffPayloads(applied?.json ?? '{}', there.payload.json, pipeline.target.shape).map(
      ({ path }) => path,
    );
    return { key, is: fields.length === 0 ? 'equal' : 'different', fields };
  });
  return { rows: compared, equal: compared.filter(({ is }) => is === 'equal').length };
}
