import { HireSyncError } from '../errors.ts';
import type { Change, Outcome, Problem } from '../model.ts';
import { eachChange, type PlannedChange } from '../plan/plan-store.ts';
import { isGone } from '../writer/read-back.ts';
import type { Fate } from '../writer/recover.ts';
import { applyChanges } from '../writer/write.ts';
import { issueOf, noteIssues } from './issues.ts';
import type { Deps, Job, Writer } from './job.ts';
import { leftoverUpdates } from './leftovers.ts';
import { recoverJob } from './recovery.ts';

/** What carrying out came to. Refused and held rows are noted in the store instead. */
export interface Written {
  readonly created: number;
  readonly updated: number;
  readonly failed: number;
  readonly inDoubt: number;
  readonly stopped: HireSyncError | null;
}

/**
 * Carries out the plan in the store, then settles what became doubtful. What stops it after it has begun is
 * returned, not thrown: what was written must be told all the same.
 */
export async function writeJob(job: Job, writer: Writer, deps: Deps): Promise<Written> {
  const { run, pipeline } = job;
  const { ledger, store } = deps;
  const tally = createTally(job, deps);
  try {
    if (tally.total > 0) await writer.ready();
    const write = {
      ...writer,
      run,
      pipeline: pipeline.name,
      target: pipeline.target,
      externalId: pipeline.externalId,
      isGone: (remoteId: string) => isGone(remoteId, writer),
      ledger,
    };
    // No rows of this source: they are settled in the ledger, and not counted.
    await applyChanges({ ...write, changes: leftoverUpdates(job, deps), onOutcome: () => {} });
    const changes = eachChange(store, ['create', 'update']);
    await applyChanges({ ...write, changes, onOutcome: tally.add });
    if (tally.hasDoubts()) await recoverJob(job, writer, deps, tally.settle);
    return tally.end(null);
  } catch (error) {
    if (!HireSyncError.is(error)) throw error;
    return tally.end(error);
  }
}

/** Counts outcomes, keeps the store's kinds in step, and remembers the creates in doubt until they are settled. */
function createTally({ run }: Job, { ledger, store, onProgress }: Deps) {
  const total = store.count('create') + store.count('update');
  const counts = { created: 0, updated: 0, failed: 0, inDoubt: 0 };
  const doubtful = new Map<
    string,
    { readonly planned: PlannedChange; readonly logId: string; readonly code: string }
  >();
  let turnedDown = 0;
  const replace = ({ seq }: PlannedChange, change: Change): void => {
    turnedDown++;
    store.replace(seq, change);
  };
  const note = (kind: 'failed' | 'in-doubt', planned: PlannedChange, code: string, logId: string): void =>
    ledger.runs.addIssues(run, [issueOf(kind, planned, code, '', logId)]);

  return {
    total,
    hasDoubts: () => doubtful.size > 0,
    add(planned: PlannedChange, outcome: Outcome): void {
      const { change } = planned;
      store.outcomes.note(planned.seq, outcome);
      switch (outcome.kind) {
        case 'done':
          counts[change.kind === 'create' ? 'created' : 'updated']++;
          break;
        case 'refused':
          replace(planned, {
            kind: 'rejected',
            key: change.key,
            origin: change.origin,
            problems: [refusal(outcome)],
          });
          break;
        case 'held':
          replace(planned, { kind: 'held', key: change.key ?? '', origin: change.origin, why: outcome.why });
          break;
        case 'failed':
          counts.failed++;
          note('failed', planned, String(outcome.code ?? 'NO_ANSWER'), outcome.logId);
          break;
        case 'in-doubt': {
          counts.inDoubt++;
          const code = String(outcome.code ?? 'NO_ANSWER');
          doubtful.set(change.key ?? '', { planned, code, logId: outcome.logId });
        }
      }
      const failed = counts.failed + counts.inDoubt + turnedDown;
      onProgress?.({ done: counts.created + counts.updated + failed, total, failed });
    },
    settle(key: string, fate: Fate): void {
      const doubt = doubtful.get(key);
      if (doubt === undefined || fate.kind === 'open') return;
      doubtful.delete(key);
      counts.inDoubt--;
      const { change } = doubt.planned;
      const { seq } = doubt.planned;
      store.outcomes.note(seq, fate.kind === 'held' ? fate : { kind: 'done', remoteId: fate.remoteId });
      if (fate.kind !== 'held') counts.created++;
      else replace(doubt.planned, { kind: 'held', key, origin: change.origin, why: fate.why });
    },
    end(stopped: HireSyncError | null): Written {
      try {
        for (const { planned, code, logId } of doubtful.values()) note('in-doubt', planned, code, logId);
        noteIssues(run, store, ledger);
        return { ...counts, stopped };
      } catch (error) {
        // A ledger that takes nothing any more is why the run stopped, and no reason to keep quiet about the rest.
        if (!HireSyncError.is(error)) throw error;
        return { ...counts, stopped: stopped ?? error };
      }
    },
  };
}

/** A row that Feishu refuses is a rejected row: it goes into the reject file with Feishu's words. */
function refusal({ code, message, logId }: Extract<Outcome, { kind: 'refused' }>): Problem {
  const text = `${message} (code ${code}, log id ${logId || 'none'})`;
  return { code: 'FEISHU_REFUSED', field: '', value: '', message: text };
}
