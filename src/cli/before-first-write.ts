import type { Ledger } from '../ledger/ledger.ts';
import type { PlanStore } from '../plan/plan-store.ts';
import type { Call } from '../writer/contract.ts';
import { firstWrite } from './first-write.ts';
import type { OpenWriter } from './open-writer.ts';
import type { Prepared } from './prepare.ts';
import type { Progress } from './progress.ts';
import { leaveTrail } from './trail.ts';

/** What `beforeFirstWrite` needs. */
interface Parts {
  readonly prepared: Pick<Prepared, 'run' | 'pipeline' | 'canary' | 'wishes'>;
  readonly writer: OpenWriter;
  readonly ledger: Ledger;
  readonly store: PlanStore;
  readonly progress: Progress;
  readonly yes: boolean;
  /** Copies the ledger; what it did is not done twice. */
  readonly copy: () => Promise<void>;
}

/**
 * A run's way to Feishu, on which everything happens that must have happened before its first write: the app is told or
 * asked about, the ledger is copied, and the trail is left. A run that writes nothing copies nothing and leaves none.
 */
export function beforeFirstWrite({ prepared, writer, ledger, store, progress, yes, copy }: Parts): {
  readonly writer: OpenWriter;
  readonly beforeWriting: () => Promise<void>;
  /** Notes that the run writes, in the ledger and beside it. */
  readonly leave: () => void;
  readonly wrote: () => boolean;
} {
  const { run, pipeline, canary } = prepared;
  let wrote = false;
  const leave = (): void => {
    leaveTrail(ledger, { run, pipeline: pipeline.name, tenant: writer.tenant });
    wrote = true;
  };
  const call: Call = async (request) => {
    // Also where the plan did not announce it, such as a create in doubt that is sent again.
    await copy();
    if (!wrote) leave();
    return writer.call(request);
  };
  const first = firstWrite({
    ...{ writer, ledger, store, canary, yes, progress },
    terminal: { input: process.stdin, output: process.stderr },
  });
  const beforeWriting = async (): Promise<void> => {
    await first.beforeWriting();
    // Before the first intent is noted: the copy is of a ledger in which this run has done nothing yet.
    if (store.count('create') + store.count('update') > 0) await copy();
  };
  return { writer: { ...writer, ready: first.ready, call }, beforeWriting, leave, wrote: () => wrote };
}
