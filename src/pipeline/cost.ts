import { DEFAULT_POLICY, type Policy } from '../plan/three-way.ts';
import type { Cost } from '../result/cost.ts';
import { firstRunReads } from './guarding.ts';
import { fieldReads } from './guarding-fields.ts';
import { boundsMissing } from './guarding-missing.ts';
import type { Deps, Job } from './job.ts';
import { zoneFor } from './made-by.ts';

/** external-interview-batch-query.md: at most 20 ids in one request. */
const IDS_PER_QUERY = 20;
/** platform.md: a tenant token lives for two hours. */
const TOKEN_MS = 2 * 3_600_000;
const PAGE = 1000;

/** What it will cost, told before it is spent. */
export function foreseen(job: Job, deps: Deps, again = 0): Cost {
  const cost = costOf(job, deps, again);
  deps.onPlanned?.(cost);
  return cost;
}

/** What carrying out the plan in the store costs, if it begins now. `again`: reads of what is held, see `lookAgain`. */
export function costOf(
  job: Pick<Job, 'pipeline' | 'canary' | 'allowed' | 'restored' | 'policy'>,
  deps: Deps,
  again = 0,
): Cost {
  const { pipeline, canary, policy = DEFAULT_POLICY } = job;
  const { store, rate, now, deadlineMs } = deps;
  const [creates, updates] = [store.count('create'), store.count('update')];
  // What is to be replaced is read first, 20 a request; and what is to be created is looked for under its application.
  const applications = applicationsIn(deps);
  // A first run looks at a sample of them before that.
  const compared = Math.ceil(updates / IDS_PER_QUERY) + applications;
  const guards = firstRunReads(job, deps, applications) + fieldReads(job, deps);
  const reads =
    again +
    compared +
    guards +
    readsOfAll(policy, job.allowed, { updates, unchanged: store.count('unchanged') });
  const requests = creates + updates;
  const expectedMs = ((requests + reads) / rate) * 1000;
  const endsMs = now() + expectedMs;
  const target = pipeline.target.name;
  return {
    endpoints: {
      [`${target}.create`]: creates,
      [`${target}.update`]: updates,
      [`${target}.batch_query`]: reads,
    },
    requests,
    ratePerSecond: rate,
    expectedMs,
    tokens: requests + reads === 0 ? 0 : Math.max(1, Math.ceil(expectedMs / TOKEN_MS)),
    endsAt: new Date(endsMs).toISOString(),
    zone: zoneFor(pipeline, deps.zone),
    // A canary run ends long before its plan is through.
    deadline:
      deadlineMs === undefined || canary !== undefined
        ? null
        : { at: new Date(deadlineMs).toISOString(), lateMs: Math.max(0, Math.round(endsMs - deadlineMs)) },
  };
}

/** Where records that the source did not change are asked about as well. */
function readsOfAll(
  policy: Policy,
  allowed: Job['allowed'],
  { updates, unchanged }: { readonly updates: number; readonly unchanged: number },
): number {
  const pages = (rows: number): number => Math.ceil(rows / IDS_PER_QUERY);
  // Before the first write all are looked for; what is as it should be is asked about again only where drift is repaired.
  const first = boundsMissing({ policy, allowed }) ? pages(updates + unchanged) : 0;
  const isAskedAgain = policy.repairDrift || (policy.recreateMissing && first === 0);
  return first + (isAskedAgain ? pages(unchanged) : 0);
}

function applicationsIn({ store }: Pick<Deps, 'store'>): number {
  let count = 0;
  for (let after = ''; ; ) {
    const page = store.applications(after, PAGE);
    count += page.length;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return count;
    after = last;
  }
}
