import { HireSyncError } from '../errors.ts';
import type { UndoDeps, UndoWriter } from './job.ts';
import { decideOpenCreates } from './open-creates.ts';
import { applicationOf } from './plan-undo.ts';
import { sendDelete } from './send.ts';

/** What became of a record's object in Feishu. */
export type Deletion =
  /** It never had one there, or Feishu shows it no more. */
  | { readonly kind: 'none' }
  | { readonly kind: 'deleted'; readonly id: string }
  /** Feishu refused (`code`), these are equal and nobody can tell which is the record's, or nobody asked Feishu. */
  | { readonly kind: 'not-deleted'; readonly ids: readonly string[]; readonly code: number | null };

/**
 * Deletes the object of a record, whatever the ledger takes it for, as an undo does: intent → call → settle. A create that
 * no answer settled is looked for by its content. May be done again.
 * @throws HireSyncError FEISHU_UNREACHABLE, and what the calls throw: then nobody knows, and the record keeps its id
 */
export async function deleteRecord(
  run: string,
  { pipeline, key }: { readonly pipeline: string; readonly key: string },
  writer: UndoWriter,
  deps: Pick<UndoDeps, 'ledger' | 'reading'>,
): Promise<Deletion> {
  const { ledger } = deps;
  const entry = ledger.find(pipeline, key);
  if (entry === undefined) return { kind: 'none' };
  let id = entry.remoteId;
  if (id === null) {
    const of = { run, undoes: run, pipeline };
    const [open] = await decideOpenCreates(applicationOf(entry), [entry], of, deps);
    const change = open?.change;
    if (change?.kind === 'left') {
      const { reason } = change;
      if (reason.code === 'undo-equal-objects') return { kind: 'not-deleted', ids: reason.ids, code: null };
      throw unknown('its create was sent a moment ago, and is not to be seen yet');
    }
    id = open?.remoteId ?? null;
    if (id === null) return { kind: 'none' };
    // Found by content: from now on it is the record's, whatever happens to this process.
    ledger.doubts.adopt(run, pipeline, key, id);
  }
  const step = { run, undoes: run, pipeline, key };
  const { kind, reason } = await sendDelete({ step, remoteId: id, unseen: true }, writer, deps);
  if (kind === 'deleted') return { kind: 'deleted', id };
  if (kind === 'relinked') return { kind: 'none' };
  if (kind === 'failed' && reason?.code === 'undo-refused')
    return { kind: 'not-deleted', ids: [id], code: reason.feishuCode };
  throw unknown(kind === 'in-doubt' ? 'its delete got no answer' : 'its delete did not go through');
}

function unknown(why: string): HireSyncError {
  return new HireSyncError(
    'FEISHU_UNREACHABLE',
    `A record that is being forgotten may still be in Feishu: ${why}. It is created by no run any more; the same command goes on with it, in ten minutes at the latest.`,
  );
}
