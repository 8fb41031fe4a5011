import type { Change, Origin, Problem, SourceRecord } from '../model.ts';
import { knownBy, type Mapped } from './mapped.ts';
import type { PlanStore } from './plan-store.ts';
import type { Seen } from './planned.ts';

/**
 * Thrown when a row has the key of one whose cells are not at hand, because it was not parsed or is unchanged, and that
 * is to be rejected with them: the plan must be made anew, with all rows parsed and the cells of all kept.
 */
export class CellsNeeded extends Error {
  override readonly name = 'CellsNeeded';
}

/**
 * Two rows of one key: the same content is one record; different content is nobody's guess, so both are rejected.
 * @throws CellsNeeded if the first one is unchanged and its cells were not kept
 */
export function settleDuplicate(
  mapped: Mapped,
  sameness: string,
  seen: Seen,
  { store, keepCells }: { readonly store: PlanStore; readonly keepCells?: boolean | undefined },
): Change {
  const key = knownBy(mapped) ?? '';
  const place = ({ file, line }: Origin): string => `${file}:${line}`;
  const isHidden = mapped.kind === 'rejected' && mapped.hiddenKey !== undefined;
  // Two equal rows that are both rejected are one rejected record; a good row that an unequal one spoilt stays so.
  if (
    !isHidden &&
    (mapped.kind === 'rejected') === (seen.kind === 'rejected') &&
    sameness === seen.sameness
  ) {
    return {
      kind: 'skipped',
      key,
      origin: mapped.origin,
      reason: { code: 'duplicate-row', ...seen.origin },
    };
  }
  const duplicate = (other: Origin): Problem => ({
    code: 'KEY_DUPLICATE',
    field: 'key',
    value: key,
    zh: `记录编号“${key}”在 ${place(other)} 也有，内容不同；请保留对的一行，去掉另一行`,
    message: `the key "${key}" also stands at ${place(other)} with other content; keep the right row and remove the other`,
  });
  if (seen.kind === 'unchanged' && keepCells !== true) throw new CellsNeeded();
  if (seen.kind !== 'rejected') {
    store.replace(seen.seq, {
      kind: 'rejected',
      key,
      origin: seen.origin,
      problems: [duplicate(mapped.origin)],
    });
  }
  // It is rejected for what it is; a message about its key would show it.
  if (isHidden) return mapped;
  const problems = [...(mapped.kind === 'rejected' ? mapped.problems : []), duplicate(seen.origin)];
  return { kind: 'rejected', key, origin: mapped.origin, problems };
}

/** Tells whether two rows of one key say the same. */
export function samenessOf(mapped: Mapped, record: SourceRecord): string {
  switch (mapped.kind) {
    case 'mapped':
      return mapped.payload.fingerprint;
    case 'skipped':
    case 'waiting':
      return `${mapped.kind} ${mapped.reason.words} ${JSON.stringify(record.values)}`;
    case 'rejected':
      return `rejected ${JSON.stringify(record.values)}`;
  }
}
