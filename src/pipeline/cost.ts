import { MAX_QUERY_IDS } from '../feishu/endpoints.ts';
import type { ChangeKind } from '../model.ts';
import type { Question } from '../plan/questions.ts';
import { DEFAULT_POLICY } from '../plan/three-way.ts';
import type { Cost } from '../result/cost.ts';
import { askedIn, requestsFor } from './asked.ts';
import { firstRunReads } from './guarding.ts';
import { fieldReads } from './guarding-fields.ts';
import { boundsMissing } from './guarding-missing.ts';
import type { Deps, Job } from './job.ts';
import { zoneFor } from './made-by.ts';

/** platform.md: a tenant token lives for two hours. */
const TOKEN_MS = 2 * 3_600_000;

/** What it will cost, told before it is spent. */
export function foreseen(job: Job, deps: Deps, given?: Parameters<typeof costOf>[2]): Cost {
  const cost = costOf(job, deps, given);
  deps.onPlanned?.(cost);
  return cost;
}

/** What carrying out the plan in the store costs, if it begins now. `only`: the rows of a canary. */
export function costOf(
  job: Costed,
  deps: Deps,
  {
    only,
    reads = readsOf(job, deps, { only }),
  }: { readonly only?: Rows; readonly reads?: number | undefined } = {},
): Cost {
  const { pipeline, canary } = job;
  const { store, rate, now, deadlineMs } = deps;
  const inPlan = (kind: 'create' | 'update'): number =>
    only === undefined ? store.count(kind) : countIn(store, kind, only);
  const [creates, updates] = [inPlan('create'), inPlan('update')];
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

/** Places in the plan; undefined: all. */
type Rows = ReadonlySet<number> | undefined;

type Costed = Pick<Job, 'pipeline' | 'canary' | 'allowed' | 'restored' | 'policy' | 'inFile'>;

/**
 * How many reads it takes to carry out the plan in the store. A sync asks about what the ledger and the source say: a plan
 * that was compared with Feishu tells no longer what that was, unless it is carried out as it is.
 * @param again reads of what is held, see `lookAgain`
 */
export function readsOf(
  job: Costed,
  deps: Deps,
  { again = 0, only }: { readonly again?: number; readonly only?: Rows } = {},
): number {
  const { store } = deps;
  // A saved plan is carried out without another look at what is held, or not in it.
  const before =
    job.inFile === undefined ? again + readsOfKnown(job, store) : comparedAgain(job.inFile, store);
  const guards = firstRunReads(job, deps) + fieldReads(job, deps);
  const readBack = only === undefined ? 0 : Math.ceil(only.size / MAX_QUERY_IDS);
  return before + guards + readsOfRows(job, deps, only) + readBack;
}

/** Before the first write all known records are looked for, where what is missing would be created again. */
function readsOfKnown(
  { policy = DEFAULT_POLICY, allowed }: Pick<Job, 'policy' | 'allowed'>,
  store: Deps['store'],
): number {
  if (!boundsMissing({ policy, allowed })) return 0;
  return Math.ceil((store.count('update') + store.count('unchanged')) / MAX_QUERY_IDS);
}

/** Before the first write a plan that was compared with Feishu is held against it once more. */
function comparedAgain({ remote }: NonNullable<Job['inFile']>, store: Deps['store']): number {
  return remote ? requestsFor(store.questions(['create', 'update', 'adopt', 'record'])) : 0;
}

/** What is to be replaced is read first, 20 a request; what is to be created is looked for under its application. */
function readsOfRows(
  { pipeline, policy = DEFAULT_POLICY, allowed, inFile }: Costed,
  { ledger, store }: Pick<Deps, 'ledger' | 'store'>,
  only: ReadonlySet<number> | undefined,
): number {
  // What was as it should be a moment ago is asked about again only where drift is repaired.
  const isSeen = boundsMissing({ policy, allowed }) && !policy.repairDrift;
  const asked = askedIn(
    { pipeline, policy },
    { ledger },
    { exactly: inFile !== undefined, only, unchanged: isSeen ? new Set() : undefined },
  );
  const { kinds, wanted, comesLast } = asked;
  const last: Question[] = [];
  const first = store.questions(kinds).filter((row) => {
    if (!wanted(row)) return false;
    if (!comesLast(row)) return true;
    last.push(row);
    return false;
  });
  return requestsFor(first) + requestsFor(last);
}

/** How many rows of a kind are at these places. */
function countIn(store: Deps['store'], kind: ChangeKind, only: ReadonlySet<number>): number {
  return store.questions([kind]).reduce((sum, { seq }) => sum + (only.has(seq) ? 1 : 0), 0);
}
