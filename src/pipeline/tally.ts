import { HireSyncError } from '../errors.ts';
import type { Change, Outcome, Problem } from '../model.ts';
import type { PlannedChange } from '../plan/planned.ts';
import type { Reason } from '../reason.ts';
import type { Fate } from '../writer/recover.ts';
import { issueOf, noteIssues } from './issues.ts';
import type { Deps, Job } from './job.ts';

/** How many changes came to what. Refused and held rows are noted in the store instead. */
export interface Outcomes {
  readonly created: number;
  readonly updated: number;
  readonly failed: number;
  readonly inDoubt: number;
}

/** What carrying out came to. */
export interface Written extends Outcomes {
  /** The same by the file in which the rows stand. */
  readonly byFile: ReadonlyMap<string, Outcomes>;
  readonly stopped: HireSyncError | null;
}

/** Counts outcomes, keeps the store's kinds in step, and remembers the creates in doubt until they are settled. */
export function createTally({ run }: Job, { ledger, store, onProgress }: Deps) {
  const total = store.count('create') + store.count('update');
  const none = { created: 0, updated: 0, failed: 0, inDoubt: 0 };
  const counts = { ...none };
  const byFile = new Map<string, typeof counts>();
  const doubtful = new Map<
    string,
    { readonly planned: PlannedChange; readonly logId: string; readonly code: string }
  >();
  let turnedDown = 0;
  const count = (outcome: keyof Outcomes, { change }: PlannedChange, by: 1 | -1 = 1): void => {
    const { file } = change.origin;
    const ofFile = byFile.get(file) ?? { ...none };
    counts[outcome] += by;
    ofFile[outcome] += by;
    byFile.set(file, ofFile);
  };
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
          count(change.kind === 'create' ? 'created' : 'updated', planned);
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
          replace(planned, heldAs(change, outcome.reason));
          break;
        case 'failed':
          count('failed', planned);
          note('failed', planned, String(outcome.code ?? 'NO_ANSWER'), outcome.logId);
          break;
        case 'in-doubt': {
          count('inDoubt', planned);
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
      count('inDoubt', doubt.planned, -1);
      const { change } = doubt.planned;
      store.outcomes.note(
        doubt.planned.seq,
        fate.kind === 'held' ? fate : { kind: 'done', remoteId: fate.remoteId },
      );
      if (fate.kind !== 'held') count('created', doubt.planned);
      else replace(doubt.planned, heldAs(change, fate.reason));
    },
    end(stopped: HireSyncError | null): Written {
      try {
        for (const { planned, code, logId } of doubtful.values()) note('in-doubt', planned, code, logId);
        noteIssues(run, store, ledger);
        return { ...counts, byFile, stopped };
      } catch (error) {
        // A ledger that takes nothing any more is why the run stopped, and no reason to keep quiet about the rest.
        if (!HireSyncError.is(error)) throw error;
        return { ...counts, byFile, stopped: stopped ?? error };
      }
    },
  };
}

function heldAs({ key, origin }: Change, reason: Reason): Change {
  return { kind: 'held', key: key ?? '', origin, reason };
}

/** A row that Feishu refuses is a rejected row: it goes into the reject file with Feishu's words. */
function refusal({ code, message, logId }: Extract<Outcome, { kind: 'refused' }>): Problem {
  const text = `${message} (code ${code}, log id ${logId || 'none'})`;
  const zh = `飞书拒绝了该请求，答复：“${message}”`;
  return { code: 'FEISHU_REFUSED', field: '', value: '', zh, message: text, refusal: { code, logId } };
}
