import type { PlannedChange } from '../plan/plan-store.ts';
import type { Deps, Job } from './job.ts';

const PAGE = 200;

/**
 * Updates of earlier runs that lost their answer and that this run's plan does not carry: the record has left the
 * source since, or its row is rejected or skipped now. Nobody else would ever send them again, and Feishu would hold
 * one of two states without the ledger knowing which.
 */
export function* leftoverUpdates(
  { pipeline }: Job,
  { ledger, store }: Pick<Deps, 'ledger' | 'store'>,
): Generator<PlannedChange> {
  for (let after = ''; ; ) {
    const open = ledger.open(pipeline.name, after, PAGE);
    for (const { key, state, heldWhy, remoteId, intent } of open) {
      if (state !== 'updating' || heldWhy !== null || remoteId === null || intent === null) continue;
      if (store.seen(key)?.kind === 'update') continue;
      const origin = { file: '', line: 0 };
      const change = { kind: 'update', key, origin, remoteId, payload: intent, fields: [] } as const;
      yield { seq: 0, change, original: null };
    }
    const last = open.at(-1);
    if (last === undefined || open.length < PAGE) return;
    after = last.key;
  }
}
