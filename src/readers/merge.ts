import type { SourceRecord } from '../model.ts';

/**
 * Thrown when children cannot be merged with their parents, because a file turns out not to be sorted by its key. What
 * was read so far is void: read again with the children staged on disk.
 */
export class Disorder extends Error {
  override readonly name = 'Disorder';
}

/** A child record and the key that ties it to its parent. */
export interface Keyed {
  readonly key: string;
  readonly record: SourceRecord;
  /** The record without what was attached to it. */
  readonly alone: SourceRecord;
}

/** Children in the order of their parents, none of them held longer than its parent takes. */
export interface Merging {
  /**
   * The children of the parent with this key; promised only where they go beyond what was read, because a promise for
   * each of millions costs more than they do. Keys must rise. @throws Disorder
   */
  take(key: string): readonly SourceRecord[] | Promise<readonly SourceRecord[]>;
  /** To be called after the last parent: what is left belongs to nobody. */
  end(): Promise<void>;
  /** Closes the file of the children, however far it was read. */
  close(): Promise<void>;
}

/**
 * Merges two files that are sorted by their keys, parents strictly: by text, or the shorter first (`9`, `10`).
 * @param batches children with keys that never fall
 * @param onOrphan for a child between the keys of two parents
 */
export function createMerging(
  batches: AsyncIterator<readonly Keyed[]>,
  onOrphan: (child: Keyed) => void,
): Merging {
  const order = createOrder();
  let batch: readonly Keyed[] = [];
  let at = 0;
  let isLast = false;
  let lastChild: string | undefined;
  let lastParent: string | undefined;

  /** The next child, which stays the next until it is passed; undefined behind the last of the batch. */
  const next = (): Keyed | undefined => {
    const child = batch[at];
    if (child !== undefined && lastChild !== undefined && child.key !== lastChild)
      order.mustRise(lastChild, child.key);
    return child;
  };
  const pass = (child: Keyed): void => {
    lastChild = child.key;
    at++;
  };
  const readOn = async (): Promise<void> => {
    const read = await batches.next();
    isLast = read.done === true;
    batch = read.done === true ? [] : read.value;
    at = 0;
  };

  /** Takes what the batch has; whether that is all, or the next batch may have more. */
  const gather = (key: string, taken: SourceRecord[]): boolean => {
    for (let child = next(); child !== undefined; child = next()) {
      if (child.key === key) taken.push(child.record);
      else if (taken.length === 0 && order.isBefore(child.key, key)) onOrphan(child);
      else return true;
      pass(child);
    }
    return isLast;
  };
  const gatherOn = async (key: string, taken: SourceRecord[]): Promise<readonly SourceRecord[]> => {
    do await readOn();
    while (!gather(key, taken));
    return taken;
  };

  return {
    take(key) {
      if (lastParent !== undefined) order.mustRise(lastParent, key);
      lastParent = key;
      const taken: SourceRecord[] = [];
      return gather(key, taken) ? taken : gatherOn(key, taken);
    },
    async end() {
      while (!isLast) {
        for (let child = next(); child !== undefined; child = next()) {
          onOrphan(child);
          pass(child);
        }
        await readOn();
      }
    },
    close: async () => void (await batches.return?.()),
  };
}

/** The order in which both files stand, found out from the keys that follow each other. */
function createOrder() {
  let kind: 'unknown' | 'text' | 'length' = 'unknown';
  const byText = (a: string, b: string) => a < b;
  const byLength = (a: string, b: string) => (a.length === b.length ? a < b : a.length < b.length);
  return {
    mustRise(a: string, b: string): void {
      const [text, length] = [byText(a, b), byLength(a, b)];
      if (kind === 'unknown' && text !== length) kind = text ? 'text' : 'length';
      if (!(kind === 'length' ? length : text)) throw new Disorder();
    },
    isBefore(a: string, b: string): boolean {
      const [text, length] = [byText(a, b), byLength(a, b)];
      // Nobody has said yet which of the two it is.
      if (kind === 'unknown' && text !== length) throw new Disorder();
      return kind === 'length' ? length : text;
    },
  };
}
