/** A Bloom filter: answers most "not seen yet" questions without a SQLite look-up. */
export interface KeyFilter {
  add(key: string): void;
  /** False only for a key that was never added. */
  mayHave(key: string): boolean;
}

// 4 MB: of a million keys one in ten thousand is looked up in vain, of ten million every fourth.
const BITS = 2 ** 25;
const HASHES = 4;

/** Its size does not grow. */
export function createKeyFilter(): KeyFilter {
  const bits = new Uint8Array(BITS / 8);
  let first = 0;
  let step = 0;
  let hashed: string | undefined;
  const hash = (key: string) => {
    // A key is asked for, and then added.
    if (key === hashed) return;
    hashed = key;
    let a = 0x811c9dc5;
    let b = 0x9e3779b9;
    for (let index = 0; index < key.length; index++) {
      const code = key.charCodeAt(index);
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b + code, 0x85ebca6b);
      b ^= b >>> 13;
    }
    first = (a ^ (a >>> 15)) >>> 0;
    // Odd, so that the places differ.
    step = (b | 1) >>> 0;
  };
  return {
    add(key) {
      hash(key);
      for (let index = 0, at = first; index < HASHES; index++, at += step) {
        const bit = at % BITS;
        bits[bit >>> 3] = (bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
      }
    },
    mayHave(key) {
      hash(key);
      for (let index = 0, at = first; index < HASHES; index++, at += step) {
        const bit = at % BITS;
        if (((bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
      }
      return true;
    },
  };
}
