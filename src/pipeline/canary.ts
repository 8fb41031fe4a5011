import { diffPayloads } from '../plan/diff.ts';
import type { PlanStore } from '../plan/plan-store.ts';
import type { Canary, CanaryRow } from '../report/report.ts';
import { createFeishuNow } from './feishu-now.ts';
import type { Deps, Job, Writer } from './job.ts';

/**
 * The rows that go first: `count` of the planned creates and updates, half of each kind where there are enough of both,
 * in plan order.
 */
export function canaryRows(store: PlanStore, count: number): ReadonlySet<number> {
  const updates = store.page(['update'], 0, count);
  const creates = store.page(['create'], 0, count);
  const ofUpdates = Math.min(updates.length, Math.max(count - creates.length, Math.ceil(count / 2)));
  const chosen = [...updates.slice(0, ofUpdates), ...creates.slice(0, count - ofUpdates)];
  return new Set(chosen.map(({ seq }) => seq));
}

/** Reads back what was written for these rows, and compares it with what was sent. @throws HireSyncError what the calls throw */
export async function checkCanary(
  rows: ReadonlySet<number>,
  { pipeline }: Job,
  writer: Writer,
  { ledger, store, now }: Deps,
): Promise<Canary> {
  const planned = [...rows]
    .flatMap((seq) => store.page(['create', 'update'], seq - 1, 1))
    .filter(({ seq }) => rows.has(seq));
  const entries = planned.flatMap(({ change: { key } }) =>
    key === null ? [] : (ledger.find(pipeline.name, key) ?? []),
  );
  const settled = entries.filter(({ state, remoteId }) => state === 'settled' && remoteId !== null);
  const present = await createFeishuNow(pipeline, writer, now).objectsOf(settled);
  const compared = settled.map(({ key, remoteId, applied }): CanaryRow => {
    const there = present.get(remoteId ?? '');
    if (there?.kind !== 'found') return { key, is: there?.kind ?? 'missing', fields: [] };
    const fields = diffPayloads(applied?.json ?? '{}', there.payload.json).map(({ path }) => path);
    return { key, is: fields.length === 0 ? 'equal' : 'different', fields };
  });
  return { rows: compared, equal: compared.filter(({ is }) => is === 'equal').length };
}
