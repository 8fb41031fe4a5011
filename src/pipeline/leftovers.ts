import { inPages } from '../in-pages.ts';
import type { Entry } from '../ledger/entries.ts';
import type { PlannedChange } from '../plan/planned.ts';
import { settles } from './comparing.ts';
import { createFeishuNow } from './feishu-now.ts';
import type { Deps, Job, Writer } from './job.ts';

const PAGE = 200;

/**
 * Updates of earlier runs that lost their answer and that this run's plan does not carry: the record has left the
 * source since, or its row is rejected or skipped now. Nobody else would ever settle them. One that Feishu shows to have
 * arrived is settled; one that did not arrive is sent again; where Feishu shows something else, somebody edited it, and it
 * is left to the day its row comes back.
 */
export async function* leftoverUpdates(
  { pipeline }: Job,
  writer: Writer,
  { ledger, store, now }: Pick<Deps, 'ledger' | 'store' | 'now'>,
): AsyncGenerator<PlannedChange> {
  const feishu = createFeishuNow(pipeline, writer, { ledger, now });
  const read = (after: string) => ledger.open(pipeline.name, after, PAGE);
  for (const open of inPages('', PAGE, read, ({ key }) => key)) {
    const left = open.filter(
      ({ key, state, held }) => state === 'updating' && held === null && store.seen(key)?.kind !== 'update',
    );
    if (left.length > 0) await writer.ready();
    const present = await feishu.objectsOf(left);
    for (const entry of left) {
      const there = present.get(entry.remoteId ?? '') ?? { kind: 'missing' };
      const shown = settles(entry, there, pipeline.target.shape);
      if (shown !== undefined) ledger.versions.settleOpen(pipeline.name, entry.key, shown);
      if (shown?.payload === entry.applied) yield* again(entry);
    }
  }
}

function* again({ key, remoteId, intent }: Entry): Generator<PlannedChange> {
  if (remoteId === null || intent === null) return;
  const origin = { file: '', line: 0 };
  const change = { kind: 'update', key, origin, remoteId, payload: intent, fields: [] } as const;
  yield { seq: 0, change, original: null };
}
