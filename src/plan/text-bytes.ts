/** Gives a text as UTF-8; null stays null. What it gave last is written over by the next. */
export type TextBytes = (text: string | null) => Uint8Array | null;

const BYTES = 256 * 1024;
/** A UTF-16 unit takes at most so many bytes of UTF-8. */
const MOST_PER_UNIT = 3;

/**
 * Writes texts as UTF-8 into memory that is used again, to be bound with `CAST(? AS TEXT)`: better-sqlite3 makes a fresh
 * copy of every text that it binds, which took a quarter of an insert with payload and cells.
 */
export function createTextBytes(): TextBytes {
  const memory = Buffer.allocUnsafeSlow(BYTES);
  return (text) => {
    if (text === null) return null;
    if (text.length * MOST_PER_UNIT > BYTES) return Buffer.from(text);
    return memory.subarray(0, memory.write(text));
  };
}
