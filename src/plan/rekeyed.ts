import type { Ledger } from '../ledger/ledger.ts';
import { foldedNumber, foldKey } from './alike-keys.ts';
import { eachMissing } from './pages.ts';
import type { PlanStore } from './plan-store.ts';
import type { PlannedChange } from './planned.ts';

/** Creates whose very payload a record holds that the export no longer has: that record under another key, most likely. */
export interface Rekeyed {
  readonly count: number;
  /** The first of them. */
  readonly examples: readonly { readonly was: string; readonly key: string }[];
}

export const NOT_REKEYED: Rekeyed = { count: 0, examples: [] };

const EXAMPLES = 3;
/** Creates with one and the same payload that are looked at for the key that is most alike. */
const EQUALS = 50;

/**
 * Holds them in the plan. Asks the ledger alone: creating them would make each a second time. A night without creates, or
 * without missing records, asks nothing.
 */
export function holdRekeyed(
  pipeline: string,
  { ledger, store }: { readonly ledger: Pick<Ledger, 'decisions' | 'doubts'>; readonly store: PlanStore },
): Rekeyed {
  if (store.count('create') === 0 || store.countMissing() === 0) return NOT_REKEYED;
  const decided = ledger.decisions.pending(pipeline);
  let count = 0;
  const examples: Rekeyed['examples'][number][] = [];
  for (const { key: was } of eachMissing(store)) {
    const { remoteId, all } = ledger.doubts.fingerprintsOf(pipeline, was);
    const equal = all.flatMap((fingerprint) => store.createsEqual(fingerprint, EQUALS));
    const { seq, change } =
      mostAlike(
        was,
        equal.filter(({ change: { key } }) => !decided.has(key ?? '')),
      ) ?? {};
    if (seq === undefined || change?.kind !== 'create') continue;
    const { key, origin } = change;
    store.replace(seq, {
      kind: 'held',
      key,
      origin,
      reason: { code: 'near-missing', was, remoteId, agrees: ['all'] },
    });
    count++;
    if (examples.length < EXAMPLES) examples.push({ was, key });
  }
  return { count, examples };
}

function mostAlike(was: string, equal: readonly PlannedChange[]): PlannedChange | undefined {
  const by = (fold: (key: string) => string | null) =>
    equal.find(({ change: { key } }) => key !== null && fold(was) !== null && fold(key) === fold(was));
  return by(foldKey) ?? by(foldedNumber) ?? equal[0];
}
