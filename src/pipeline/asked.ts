import { MAX_QUERY_IDS } from '../feishu/endpoints.ts';
import type { ChangeKind } from '../model.ts';
import type { Question } from '../plan/questions.ts';
import { DEFAULT_POLICY, type Policy } from '../plan/three-way.ts';
import { PAGE } from './comparing.ts';
import type { Deps, Job } from './job.ts';

/** Which rows of a plan Feishu is asked about when it is carried out. */
export interface Asked {
  readonly kinds: readonly ChangeKind[];
  readonly wanted: (row: Pick<Question, 'seq' | 'kind' | 'key'>) => boolean;
  /** Whether Feishu refused the same content before: such rows are asked about, and sent, after all others. */
  readonly comesLast: (row: Pick<Question, 'kind' | 'key' | 'fingerprint'>) => boolean;
  /** Records about which somebody has decided since. */
  readonly decided: ReadonlySet<string>;
}

/** What `askedIn` goes by. */
export interface Choice {
  /** A saved plan is carried out as it is. */
  readonly exactly?: boolean;
  /** Only the rows at these places. */
  readonly only?: ReadonlySet<number> | undefined;
  /** Of the unchanged rows only those at these places. All without it. */
  readonly unchanged?: ReadonlySet<number> | undefined;
}

/** Whether Feishu is asked about records that the source did not change as well. */
export const asksAll = ({ repairDrift, recreateMissing }: Policy): boolean => repairDrift || recreateMissing;

export function askedIn(
  { pipeline, policy = DEFAULT_POLICY }: Pick<Job, 'pipeline' | 'policy'>,
  { ledger }: Pick<Deps, 'ledger'>,
  { exactly = false, only, unchanged }: Choice,
): Asked {
  const kinds: ChangeKind[] = ['create', 'update', 'adopt', 'record'];
  // What somebody decided may need Feishu to be asked about a row that the source did not change.
  const decided = ledger.decisions.pending(pipeline.name);
  // What the plan holds because it is missing in Feishu is noted as any other sync would note it.
  if (exactly) kinds.push('held');
  else if (asksAll(policy) || decided.size > 0) kinds.push('unchanged');
  const anyRefused = ledger.refused.any(pipeline.name);
  return {
    kinds,
    decided,
    // A canary is about requests: what needs none is not put off.
    wanted: ({ seq, kind, key }) => {
      const isAsked = asksAll(policy) && unchanged?.has(seq) !== false;
      if (kind === 'unchanged' && !isAsked && !decided.has(key ?? '')) return false;
      return only === undefined || only.has(seq) || kind === 'adopt' || kind === 'record' || kind === 'held';
    },
    comesLast: ({ kind, key, fingerprint }) =>
      anyRefused &&
      (kind === 'create' || kind === 'update') &&
      ledger.refused.has(pipeline.name, key ?? '', fingerprint ?? ''),
  };
}

/** How many requests it takes to ask about these rows, page by page as `compared` asks about them. */
export function requestsFor(rows: Iterable<Question>): number {
  let requests = 0;
  let [taken, ids] = [0, 0];
  const applications = new Set<string>();
  const endPage = (): void => {
    requests += Math.ceil(ids / MAX_QUERY_IDS) + applications.size;
    [taken, ids] = [0, 0];
    applications.clear();
  };
  for (const { kind, application } of rows) {
    if (application !== null) applications.add(application);
    else if (kind !== 'held') ids++;
    if (++taken === PAGE) endPage();
  }
  endPage();
  return requests;
}
