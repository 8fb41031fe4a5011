import { inPages } from '../in-pages.ts';
import type { PlanInput } from './plan.ts';

// Of entries that are not in the plan, and of keys and ids alone.
const BATCH = 128;
const PAGE = 1000;

type Asked = PlanInput['ledger'];

/** A ledger that counts the records it was asked for and has: each is asked for until it is found, once. */
type Counting = Asked & {
  /** Whether these are all records of the pipeline; false also where a run that goes on beside this plan has written. */
  readonly foundAll: (pipeline: string) => boolean;
};

/** The same ledger, counting from now on. */
export function counting(ledger: Asked): Counting {
  const asItWas = ledger.changedElsewhere();
  let found = 0;
  const counted = <T>(answer: T): T => {
    if (answer !== undefined) found++;
    return answer;
  };
  return {
    ...ledger,
    find: (pipeline, key) => counted(ledger.find(pipeline, key)),
    settledAs: (pipeline, key, fingerprint) => counted(ledger.settledAs(pipeline, key, fingerprint)),
    foundAll: (pipeline) =>
      ledger.reading(() => ledger.count(pipeline) === found && ledger.changedElsewhere() === asItWas),
  };
}

/** Adds to the plan what the ledger knows and the source no longer has. */
export function findMissing({
  pipeline,
  ledger,
  store,
  unparsed,
}: PlanInput & { readonly ledger: Counting }): void {
  if (unparsed !== undefined) {
    let batch: { readonly key: string; readonly remoteId: string | null }[] = [];
    for (const other of unparsed.others()) {
      if (store.seen(other.key) === undefined) batch.push(other);
      if (batch.length < BATCH) continue;
      store.addMissing(batch);
      batch = [];
    }
    store.addMissing(batch);
    return;
  }
  // A million entries need not be gone through for that.
  if (ledger.foundAll(pipeline)) return;
  const read = (after: string) => ledger.ids(pipeline, after, PAGE);
  for (const entries of inPages('', PAGE, read, ({ key }) => key)) {
    const unseen = store.unseen(entries.map(({ key }) => key));
    if (unseen.size > 0) store.addMissing(entries.filter(({ key }) => unseen.has(key)));
  }
}
