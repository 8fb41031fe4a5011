import type { StagingTable } from '../readers/source.ts';

/** Keys that the ledger knows besides those of the records that are not parsed, and whether their rows came by. */
export interface UnmatchedKeys {
  add(key: string): void;
  /** Whether it is one of them; notes that its row came by. */
  take(key: string): boolean;
  /** Those whose rows did not come by. */
  untaken(): Iterable<string>;
}

// About 10 MB; the others go to disk.
const FEW = 50_000;

/** @param table where they go when there are many; made only then */
export function createUnmatchedKeys(table: () => StagingTable): UnmatchedKeys {
  const few = new Map<string, boolean>();
  let many: StagingTable | undefined;
  return {
    add(key) {
      if (few.size < FEW) few.set(key, false);
      else {
        many ??= table();
        many.add(key, '');
      }
    },
    take(key) {
      if (!few.has(key)) return many !== undefined && many.take(key).length > 0;
      few.set(key, true);
      return true;
    },
    *untaken() {
      for (const [key, taken] of few) if (!taken) yield key;
      for (const { key } of many?.untaken() ?? []) yield key;
    },
  };
}
