/**
 * 128-bit hashes of raw bytes (MurmurHash3 x86 128). It tells two nights of one's own export apart, record by record,
 * at the speed of reading them; it does not protect against somebody who makes collisions on purpose. What is sent to
 * Feishu is compared by SHA-256 of the payload, never by this.
 */
const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

/** Four 32-bit words. */
export type Hash = Int32Array;

/** Words of a hash. */
export const HASH_WORDS = 4;

// Some byte of a word is below 0x20 if and only if one of these bits is set: subtracting borrows from no sound one.
const mayBeControl = (word: number): number => (word - 0x20202020) & ~word & 0x80808080;

/**
 * Hashes the bytes `from` up to `to` of `view` into `into`.
 * @returns whether there may be a control character among them, since all of them are looked at
 */
export function hashBytes(view: DataView, from: number, to: number, into: Hash): boolean {
  const length = to - from;
  const blocks = from + (length & ~15);
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  let at = from;
  // Not zero where some byte is below 0x20.
  let controls = 0;
  for (; at < blocks; at += 16) {
    const w1 = view.getInt32(at, true);
    const w2 = view.getInt32(at + 4, true);
    const w3 = view.getInt32(at + 8, true);
    const w4 = view.getInt32(at + 12, true);
    controls |= mayBeControl(w1) | mayBeControl(w2) | mayBeControl(w3) | mayBeControl(w4);
    let k = Math.imul(w1, C1);
    h1 ^= Math.imul((k << 15) | (k >>> 17), C2);
    h1 = (Math.imul(((h1 << 19) | (h1 >>> 13)) + h2, 5) + 0x561ccd1b) | 0;
    k = Math.imul(w2, C2);
    h2 ^= Math.imul((k << 16) | (k >>> 16), C3);
    h2 = (Math.imul(((h2 << 17) | (h2 >>> 15)) + h3, 5) + 0x0bcaa747) | 0;
    k = Math.imul(w3, C3);
    h3 ^= Math.imul((k << 17) | (k >>> 15), C4);
    h3 = (Math.imul(((h3 << 15) | (h3 >>> 17)) + h4, 5) + 0x96cd1c35) | 0;
    k = Math.imul(w4, C4);
    h4 ^= Math.imul((k << 18) | (k >>> 14), C1);
    h4 = (Math.imul(((h4 << 13) | (h4 >>> 19)) + h1, 5) + 0x32ac3b17) | 0;
  }
  const rest = to - at;
  if (rest > 0) {
    const w1 = rest >= 4 ? view.getInt32(at, true) : partOfWord(view, at, rest);
    const w2 = rest >= 8 ? view.getInt32(at + 4, true) : partOfWord(view, at + 4, rest - 4);
    const w3 = rest >= 12 ? view.getInt32(at + 8, true) : partOfWord(view, at + 8, rest - 8);
    const w4 = partOfWord(view, at + 12, rest - 12);
    // A word that is filled up with zeros would look like one: the last bytes are asked as a word of their own.
    controls |= length < 4 ? 1 : mayBeControl(view.getInt32(to - 4, true));
    if (rest >= 4) controls |= mayBeControl(w1);
    if (rest >= 8) controls |= mayBeControl(w2);
    if (rest >= 12) controls |= mayBeControl(w3);
    let k = Math.imul(w4, C4);
    h4 ^= Math.imul((k << 18) | (k >>> 14), C1);
    k = Math.imul(w3, C3);
    h3 ^= Math.imul((k << 17) | (k >>> 15), C4);
    k = Math.imul(w2, C2);
    h2 ^= Math.imul((k << 16) | (k >>> 16), C3);
    k = Math.imul(w1, C1);
    h1 ^= Math.imul((k << 15) | (k >>> 17), C2);
  }
  finish(h1, h2, h3, h4, length, into);
  return controls !== 0;
}

function partOfWord(view: DataView, at: number, count: number): number {
  let word = 0;
  for (let index = 0; index < count; index++) word |= view.getUint8(at + index) << (index * 8);
  return word;
}

/** Takes one more hash into `state`, order included: the hashes of children into their parent's. */
export function mixIn(state: Hash, k1: number, k2: number, k3: number, k4: number): void {
  let [h1 = 0, h2 = 0, h3 = 0, h4 = 0] = [state[0], state[1], state[2], state[3]];
  let k = Math.imul(k1, C1);
  h1 ^= Math.imul((k << 15) | (k >>> 17), C2);
  h1 = (Math.imul(((h1 << 19) | (h1 >>> 13)) + h2, 5) + 0x561ccd1b) | 0;
  k = Math.imul(k2, C2);
  h2 ^= Math.imul((k << 16) | (k >>> 16), C3);
  h2 = (Math.imul(((h2 << 17) | (h2 >>> 15)) + h3, 5) + 0x0bcaa747) | 0;
  k = Math.imul(k3, C3);
  h3 ^= Math.imul((k << 17) | (k >>> 15), C4);
  h3 = (Math.imul(((h3 << 15) | (h3 >>> 17)) + h4, 5) + 0x96cd1c35) | 0;
  k = Math.imul(k4, C4);
  h4 ^= Math.imul((k << 18) | (k >>> 14), C1);
  h4 = (Math.imul(((h4 << 13) | (h4 >>> 19)) + h1, 5) + 0x32ac3b17) | 0;
  state[0] = h1;
  state[1] = h2;
  state[2] = h3;
  state[3] = h4;
}

/** Ends a state that took `count` hashes. */
export function closeMix(state: Hash, count: number): void {
  finish(state[0] ?? 0, state[1] ?? 0, state[2] ?? 0, state[3] ?? 0, count, state);
}

function finish(a: number, b: number, c: number, d: number, length: number, into: Hash): void {
  let h1 = a ^ length;
  let h2 = b ^ length;
  let h3 = c ^ length;
  let h4 = d ^ length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = avalanche(h1);
  h2 = avalanche(h2);
  h3 = avalanche(h3);
  h4 = avalanche(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  into[0] = h1;
  into[1] = h2 + h1;
  into[2] = h3 + h1;
  into[3] = h4 + h1;
}

function avalanche(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
