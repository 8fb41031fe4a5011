import type { HireSyncError } from '../errors.ts';
import type { Change } from '../model.ts';
import { isTooManyMissing, tooManyMissing } from '../plan/guard-missing.ts';
import { eachChange } from '../plan/plan-store.ts';
import type { PlannedChange } from '../plan/planned.ts';
import { DEFAULT_POLICY } from '../plan/three-way.ts';
import { compared, createComparer } from './comparing.ts';
import type { Deps, Job, Remote } from './job.ts';

type Asked = Pick<Deps, 'ledger' | 'store'>;

/** Whether `--recreate-missing` is on and bounded. */
export function boundsMissing({
  policy = DEFAULT_POLICY,
  allowed,
}: Pick<Job, 'policy' | 'allowed'>): boolean {
  return policy.recreateMissing && !allowed.includes('missing');
}

/** Why a plan that knows what is missing must not be carried out: it would create too many records again. Null: it may. */
export function guardRecreates(job: Job, deps: Asked): HireSyncError | null {
  if (!boundsMissing(job)) return null;
  const isRecreated = recreatedIn(job, deps);
  const count = eachChange(deps.store, ['create']).reduce(
    (sum, { change }) => sum + (isRecreated(change) ? 1 : 0),
    0,
  );
  const known = deps.ledger.count(job.pipeline.name);
  return isTooManyMissing(count, known) ? tooManyMissing(count, known, true) : null;
}

/**
 * Asks Feishu about all known records of the plan before the first write, because `--recreate-missing` is bounded.
 * @returns places of the unchanged rows that are to be asked about again: the others are in Feishu as they should be.
 *   Undefined where all are, or none
 * @throws HireSyncError GUARDED where too many would be created again; what the calls throw
 */
export async function guardMissing(
  job: Job,
  remote: Remote,
  deps: Asked & Pick<Deps, 'now'>,
): Promise<ReadonlySet<number> | undefined> {
  const { pipeline, policy = DEFAULT_POLICY } = job;
  if (!boundsMissing(job)) return undefined;
  const kinds = ['create', 'update', 'unchanged'] as const;
  if (deps.store.page(kinds, 0, 1).length === 0) return undefined;
  await remote.ready();
  const isRecreated = recreatedIn(job, deps);
  const known = deps.ledger.count(pipeline.name);
  const again = new Set<number>();
  let count = 0;
  // A record that is new, or whose create somebody has decided, is not missing.
  const wanted = ({ change }: PlannedChange): boolean => change.kind !== 'create' || isRecreated(change);
  const compare = createComparer(job, deps, remote);
  for await (const { planned, decide } of compared(deps.store, kinds, compare, wanted)) {
    remote.stopping.throwIfAborted();
    const now = decide();
    if (planned.change.kind === 'unchanged' && now.kind !== 'unchanged') again.add(planned.seq);
    if (now.kind !== 'unreadable' && isRecreated(now)) count++;
    // Counting on would take its time: what is missing is looked for in several reads, apart in time.
    if (isTooManyMissing(count, known)) throw tooManyMissing(count, known, false);
  }
  // Drift is repaired as well: that is for the moment of the write to tell.
  return policy.repairDrift ? undefined : again;
}

/** Whether a change creates a record again that is missing in Feishu, and nobody has decided that it does. */
function recreatedIn({ pipeline }: Job, { ledger }: Asked): (change: Change) => boolean {
  return (change) =>
    change.kind === 'create' &&
    change.recreates !== undefined &&
    ledger.decisions.of(pipeline.name, change.key) !== 'create';
}
