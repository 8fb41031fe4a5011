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
  /** The children of the parent with this key. Keys must rise. @throws Disorder */
  take(key: string): Promise<readonly SourceRecord[]>;
  /** To be called after the last parent: what is left belongs to nobody. */
  end(): Promise<void>;
  /** Closes the file of the children, however far it was read. */
  close(): Promise<void>;
}

/**
 * Merges two files that are sorted by their keys, parents strictly: by text, or the shorter first (`9`, `10`).
 * @param children with keys that never fall
 * @param onOrphan for a child between the keys of two parents
 */
export function createMerging(children: AsyncIterator<Keyed>, onOrphan: (child: Keyed) => void): Merging {
  const order = createOrder();
  let head: Keyed | undefined;
  let begun = false;
  let lastParent: string | undefined;

  const advance = async (): Promise<void> => {
    const last = head?.key;
    const next = await children.next();
    head = next.done === true ? undefined : next.value;
    if (head !== undefined && last !== undefined && head.key !== last) order.mustRise(last, head.key);
  };

  return {
    async take(key) {
      if (!begun) {
        begun = true;
        await advance();
      }
      if (lastParent !== undefined) order.mustRise(lastParent, key);
      lastParent = key;
      const taken: SourceRecord[] = [];
      while (head !== undefined && head.key !== key && order.isBefore(head.key, key)) {
        onOrphan(head);
        await advance();
      }
      while (head !== undefined && head.key === key) {
        taken.push(head.record);
        await advance();
      }
      return taken;
    },
    async end() {
      if (!begun) await advance();
      for (; head !== undefined; await advance()) onOrphan(head);
    },
    close: async () => void (await children.return?.()),
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
