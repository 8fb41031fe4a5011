/** One bit per record of a file: 125 kB per million. */
export interface Bits {
  add(index: number): void;
  has(index: number): boolean;
  count(): number;
  readonly bytes: () => Uint8Array;
}

export function createBits(from: Uint8Array = new Uint8Array(1024)): Bits {
  let bits = from;
  return {
    add(index) {
      const byte = index >>> 3;
      if (byte >= bits.length) {
        const larger = new Uint8Array(Math.max(byte + 1, bits.length * 2));
        larger.set(bits);
        bits = larger;
      }
      bits[byte] = (bits[byte] ?? 0) | (1 << (index & 7));
    },
    has: (index) => ((bits[index >>> 3] ?? 0) & (1 << (index & 7))) !== 0,
    count() {
      let count = 0;
      for (const byte of bits) for (let rest = byte; rest > 0; rest &= rest - 1) count++;
      return count;
    },
    bytes: () => bits,
  };
}
