import type { Ledger } from '../ledger/ledger.ts';
import type { RequestCounts } from '../model.ts';
import type { Made } from '../result/made.ts';
import { type VerifyReport, verifyExitCode } from '../result/verify.ts';
import type { VerifyState } from './state.ts';

/** What is remembered of the ledger before a verify, to tell afterwards whether a run was going on meanwhile. */
export interface Before {
  /** Epoch ms. */
  readonly startedAt: number;
  readonly owner: string | undefined;
  readonly newestRun: string | undefined;
}

export function before(ledger: Pick<Ledger, 'leases' | 'runs'>, startedAt: number): Before {
  return { startedAt, owner: ledger.leases.owner(), newestRun: ledger.runs.list(1)[0]?.id };
}

/** The numbers of a verify that came to its end; `now` is in epoch ms. */
export function reportOf(
  { startedAt, owner, newestRun }: Before,
  {
    pipeline,
    ledger,
    state,
    knownOnly,
    requests,
    now,
    made,
  }: {
    readonly pipeline: string;
    readonly ledger: Pick<Ledger, 'leases' | 'runs'>;
    readonly state: VerifyState;
    readonly knownOnly: boolean;
    readonly requests: Readonly<Record<string, RequestCounts>>;
    readonly now: number;
    readonly made?: Made | undefined;
  },
): VerifyReport {
  const newest = ledger.runs.list(1)[0]?.id;
  const meanwhile = ledger.leases.owner() ?? owner ?? (newest === newestRun ? undefined : newest);
  const counts = {
    equal: state.count('equal'),
    changed: state.count('changed'),
    missing: state.count('missing'),
    open: state.count('open'),
  };
  const read = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const found = { records: { read, ...counts }, unknown: knownOnly ? null : state.count('unknown') };
  return {
    pipeline,
    mode: 'verify',
    ...(made !== undefined && { made }),
    exitCode: verifyExitCode(found),
    ...found,
    applications: knownOnly ? 0 : state.countApplications().all,
    resumed: state.resumed,
    meanwhile: meanwhile ?? null,
    requests,
    startedAt: new Date(startedAt).toISOString(),
    durationMs: now - startedAt,
  };
}
