/** The keys of a plan's rows and the place (`seq`) of the first row of each, in memory. */
export interface KeyTable {
  /** The place of the first row with this key; undefined where none has come by. */
  find(key: string): number | undefined;
  /** Keeps a key that is not there yet. False where the table is full: it holds a million keys, in some 24 MB. */
  add(key: string, seq: number): boolean;
  clear(): void;
}

const MOST = 2 ** 20;
const FEWEST_SLOTS = 2 ** 12;
/** Three parts of a key's hash, and its place. */
const WIDTH = 4;

/**
 * A hash table without the keys themselves: 96 bits of hash stand for each. That two of a million keys share them is less
 * likely (1 in 10^17) than that the machine's memory fails.
 */
export function createKeyTable(most = MOST): KeyTable {
  const parts = new Uint32Array(3);
  let hashed: string | undefined;
  // Where a hash is looked for first; 0 is free, everything else is an entry's number plus one.
  let slots = new Uint32Array(FEWEST_SLOTS);
  let entries = new Uint32Array((FEWEST_SLOTS / 2) * WIDTH);
  let count = 0;

  const hash = (key: string): void => {
    // A key is asked for, and then added.
    if (key === hashed) return;
    hashed = key;
    let [a, b, c] = [0x811c9dc5, 0x9e3779b9, 0x1b873593];
    for (let at = 0; at < key.length; at++) {
      const code = key.charCodeAt(at);
      a = Math.imul(a ^ code, 0x85ebca6b);
      b = Math.imul(b ^ code, 0xc2b2ae35);
      c = Math.imul(c ^ code, 0x27d4eb2f);
      // So that the low bits do not depend on low bits alone.
      a ^= a >>> 15;
      b ^= b >>> 13;
      c ^= c >>> 16;
    }
    parts[0] = a;
    parts[1] = b;
    parts[2] = c;
  };
  /** The slot of the hashed key, or the free one that it would take. */
  const slotOf = (): number => {
    const mask = slots.length - 1;
    for (let slot = (parts[0] ?? 0) & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] ?? 0;
      if (entry === 0) return slot;
      const from = (entry - 1) * WIDTH;
      if (entries[from] === parts[0] && entries[from + 1] === parts[1] && entries[from + 2] === parts[2])
        return slot;
    }
  };
  const grow = (): void => {
    const larger = new Uint32Array(entries.length * 2);
    larger.set(entries);
    entries = larger;
    slots = new Uint32Array(slots.length * 2);
    const mask = slots.length - 1;
    for (let entry = 0; entry < count; entry++) {
      let slot = (entries[entry * WIDTH] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry + 1;
    }
  };

  return {
    find(key) {
      hash(key);
      const entry = slots[slotOf()] ?? 0;
      return entry === 0 ? undefined : entries[(entry - 1) * WIDTH + 3];
    },
    add(key, seq) {
      if (count === most) return false;
      hash(key);
      if (count * WIDTH === entries.length) grow();
      entries.set(parts, count * WIDTH);
      entries[count * WIDTH + 3] = seq;
      slots[slotOf()] = count + 1;
      count++;
      return true;
    },
    clear() {
      slots = new Uint32Array(FEWEST_SLOTS);
      entries = new Uint32Array((FEWEST_SLOTS / 2) * WIDTH);
      count = 0;
    },
  };
}
